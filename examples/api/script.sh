#!/bin/sh
# Calls over every kind of record, for an API that was started with
#
#	go run ./examples/api -listen localhost:8080
#
# Each line says which status the answer has. The program without a flag, and its test,
# read the same lines.
set -eu
base=${1:-http://localhost:8080}

call() { # status, method, path, body
	got=$(curl -s -o /dev/null -w '%{http_code}' -X "$2" -H 'X-Actor: 00000000-0000-4000-8000-00000000000a' -d "${4-}" "$base$3")
	echo "$got $2 $3"
	[ "$got" = "$1" ]
}

# What there is.
call 200 GET /kinds
call 200 GET /kinds/quote
call 404 GET /kinds/spaceship
call 200 GET /option_sets

# Who sells, and who else does.
call 201 POST /seller/create '{"id":"00000000-0000-4000-8000-000000000002","fields":{"name":"Ann"}}'
call 201 POST /competitor/create '{"id":"00000000-0000-4000-8000-000000000003","fields":{"name":"Huber"}}'
call 201 POST /organization/create '{"id":"00000000-0000-4000-8000-000000000032","fields":{"name":"Seats and More","address":{"line1":"Ring 2","city":"Wien","country_code":"AT"}}}'
call 201 POST /goal_metric/create '{"id":"00000000-0000-4000-8000-000000000030","fields":{"name":"revenue","is_amount":true,"rollup_fields":[{"goal_attribute":"actual","source_kind":"opportunity","source_field":"actual_value","date_field":"actual_close_date","states":["won"]}]}}'
call 400 POST /goal_metric/create '{"fields":{"name":"revenue","is_amount":true,"rollup_fields":[{"goal_attribute":"actual","source_kind":"spaceship","source_field":"speed","date_field":"landing"}]}}'
call 201 POST /goal/create '{"id":"00000000-0000-4000-8000-000000000031","fields":{"title":"desks","goal_owner":"00000000-0000-4000-8000-00000000000a","metric_id":"00000000-0000-4000-8000-000000000030","is_fiscal_period_goal":true,"fiscal_year":2026,"fiscal_period":"annual","target":"90000"}}'
call 200 POST /goal/00000000-0000-4000-8000-000000000031/close
call 409 PATCH /goal/00000000-0000-4000-8000-000000000031 '{"title":"chairs"}'
call 200 POST /goal/00000000-0000-4000-8000-000000000031/reopen
call 201 POST /forecast_adjustment/create '{"fields":{"row_owner":"00000000-0000-4000-8000-00000000000a","column":"committed","period_from":"2026-01-01","period_before":"2027-01-01","value":"9000.00","note":"as good as signed"}}'
call 403 POST /forecast_adjustment/create '{"fields":{"row_owner":"00000000-0000-4000-8000-00000000000b","column":"committed","period_from":"2026-01-01","period_before":"2027-01-01","value":"9000.00","note":"not mine"}}'

# The catalogue.
call 201 POST /unit_group/create '{"id":"00000000-0000-4000-8000-000000000005","fields":{"name":"wooden units","units":[{"id":"00000000-0000-4000-8000-000000000004","name":"piece"}]}}'
call 201 POST /discount_list/create '{"id":"00000000-0000-4000-8000-000000000006","type":"percentage","fields":{"name":"bulk","tiers":[{"low":"2","high":"99","percentage":"10"}]}}'
call 201 POST /price_list/create '{"id":"00000000-0000-4000-8000-000000000007","currency":"EUR","fields":{"name":"retail"}}'
call 201 POST /transaction_currency/create '{"id":"00000000-0000-4000-8000-000000000008","code":"USD","fields":{"name":"US dollar","rate":"1.08"}}'
call 201 POST /product/create '{"id":"00000000-0000-4000-8000-000000000009","structure":"product","product_number":"P-1","fields":{"name":"chair 1","unit_group_id":"00000000-0000-4000-8000-000000000005","default_unit_id":"00000000-0000-4000-8000-000000000004"}}'
call 200 POST /product/00000000-0000-4000-8000-000000000009/publish
call 201 POST /price_list_item/create '{"id":"00000000-0000-4000-8000-00000000000a","price_list_id":"00000000-0000-4000-8000-000000000007","product_id":"00000000-0000-4000-8000-000000000009","fields":{"amount":"20.00","discount_list_id":"00000000-0000-4000-8000-000000000006"}}'
call 201 POST /product/create '{"id":"00000000-0000-4000-8000-00000000000b","structure":"product","product_number":"P-2","fields":{"name":"chair 2","unit_group_id":"00000000-0000-4000-8000-000000000005","default_unit_id":"00000000-0000-4000-8000-000000000004"}}'
call 200 POST /product/00000000-0000-4000-8000-00000000000b/publish
call 201 POST /price_list_item/create '{"id":"00000000-0000-4000-8000-00000000000c","price_list_id":"00000000-0000-4000-8000-000000000007","product_id":"00000000-0000-4000-8000-00000000000b","fields":{"amount":"20.00","discount_list_id":"00000000-0000-4000-8000-000000000006"}}'
call 201 POST /product_relationship/create '{"id":"00000000-0000-4000-8000-00000000000d","product_id":"00000000-0000-4000-8000-000000000009","related_id":"00000000-0000-4000-8000-00000000000b","fields":{"type":"substitute"}}'

# Customers, and what is wrong with a body: every fault at once.
call 201 POST /account/create '{"id":"00000000-0000-4000-8000-000000000001","fields":{"name":"Meyer","address1":{"city":"Graz","line1":"Ring 1"}}}'
call 400 POST /account/create '{"fields":{"nmae":"Meyer","industry":"magic"}}'
call 400 POST /account/create '{"fields":'
call 400 POST /account/fly
call 200 PATCH /account/00000000-0000-4000-8000-000000000001 '{"address1":{"city":"Wien"}}'
call 400 PATCH /account/00000000-0000-4000-8000-000000000001 '{"owner":null}'
call 200 GET /account/00000000-0000-4000-8000-000000000001
call 200 GET /account/00000000-0000-4000-8000-000000000001/history
call 404 GET /account/00000000-0000-4000-8000-000000000fff
call 404 GET /spaceship/00000000-0000-4000-8000-000000000fff
call 201 POST /contact/create '{"id":"00000000-0000-4000-8000-00000000000e","fields":{"last_name":"Meyer","parent_customer_id":{"kind":"account","id":"00000000-0000-4000-8000-000000000001"}}}'

# From a lead to a deal.
call 201 POST /lead/create '{"id":"00000000-0000-4000-8000-00000000000f","fields":{"topic":"Ten chairs","last_name":"Gruber","company_name":"Gruber"}}'
call 201 POST /process_definition/create '{"id":"00000000-0000-4000-8000-000000000010","definition":{"schema":"bpf/v1","name":"small","label":"Small","primaryEntity":"lead","stages":[{"key":"ask","label":"Ask","entity":"lead","steps":[{"key":"topic","field":"subject"}]}]}}'
call 200 POST /process_definition/00000000-0000-4000-8000-000000000010/activate
call 201 POST /process/start '{"id":"00000000-0000-4000-8000-000000000011","definition":"small","record":{"entity":"lead","id":"00000000-0000-4000-8000-00000000000f"}}'
call 200 GET /lead/00000000-0000-4000-8000-00000000000f/actions
call 200 POST /lead/00000000-0000-4000-8000-00000000000f/qualify?preview '{"currency":"EUR"}'
call 200 POST /lead/00000000-0000-4000-8000-00000000000f/qualify '{"currency":"EUR"}'
call 409 POST /lead/00000000-0000-4000-8000-00000000000f/qualify
call 201 POST /opportunity/create '{"id":"00000000-0000-4000-8000-000000000012","currency":"EUR","fields":{"name":"Ten chairs","customer_id":{"kind":"account","id":"00000000-0000-4000-8000-000000000001"},"price_list_id":"00000000-0000-4000-8000-000000000007"},"lines":[{"product_id":"00000000-0000-4000-8000-000000000009","quantity":"10"},{"write_in_text":"Assembly","quantity":"1","price_per_unit":"50.00"}]}'
call 201 POST /connection/create '{"id":"00000000-0000-4000-8000-000000000013","fields":{"record1":{"kind":"opportunity","id":"00000000-0000-4000-8000-000000000012"},"record2":{"kind":"contact","id":"00000000-0000-4000-8000-00000000000e"},"role2":"stakeholder"}}'

# What is said and done about it.
call 201 POST /note/create '{"id":"00000000-0000-4000-8000-000000000014","regarding_id":{"kind":"opportunity","id":"00000000-0000-4000-8000-000000000012"},"fields":{"subject":"The plan"}}'
call 200 POST /note/00000000-0000-4000-8000-000000000014/attach '{"file_name":"plan.txt","content":"dGVuIGNoYWlycw=="}'
call 201 POST /phone_call/create '{"id":"00000000-0000-4000-8000-000000000015","fields":{"subject":"Talk","regarding_id":{"kind":"opportunity","id":"00000000-0000-4000-8000-000000000012"}}}'
call 201 POST /email/create '{"id":"00000000-0000-4000-8000-000000000016","fields":{"subject":"Talk","regarding_id":{"kind":"opportunity","id":"00000000-0000-4000-8000-000000000012"}}}'
call 201 POST /appointment/create '{"id":"00000000-0000-4000-8000-000000000017","fields":{"subject":"Talk","regarding_id":{"kind":"opportunity","id":"00000000-0000-4000-8000-000000000012"}}}'
call 201 POST /task/create '{"id":"00000000-0000-4000-8000-000000000018","fields":{"subject":"Talk","regarding_id":{"kind":"opportunity","id":"00000000-0000-4000-8000-000000000012"}}}'

# A discount that somebody has to approve.
call 201 POST /quote/create '{"id":"00000000-0000-4000-8000-000000000040","currency":"EUR","fields":{"name":"Chairs for friends","customer_id":{"kind":"account","id":"00000000-0000-4000-8000-000000000001"}},"lines":[{"write_in_text":"Chair","quantity":"4","price_per_unit":"20.00","manual_discount":"20.00"}]}'
call 409 POST /quote/00000000-0000-4000-8000-000000000040/activate
call 200 POST /quote/00000000-0000-4000-8000-000000000040/request_approval '{"note":"they buy every year"}'
call 200 GET /approval?status=requested

# From the quote to the order.
call 200 POST /opportunity/00000000-0000-4000-8000-000000000012/generate_quote '{"quote_id":"00000000-0000-4000-8000-000000000019"}'
call 200 POST /quote/00000000-0000-4000-8000-000000000019/activate
call 409 PATCH /quote/00000000-0000-4000-8000-000000000019 '{"name":"Eleven chairs"}'
call 200 GET /quote?status=active&opportunity_id=00000000-0000-4000-8000-000000000012
call 400 GET /quote?shoe_size=44
call 200 POST /quote/00000000-0000-4000-8000-000000000019/win_to_order '{"order_id":"00000000-0000-4000-8000-00000000001a"}'
call 422 POST /order/00000000-0000-4000-8000-00000000001a/fulfill '{"lines":[{"line_number":1,"quantity":"99"}]}'
call 200 POST /order/00000000-0000-4000-8000-00000000001a/fulfill
call 200 POST /order/00000000-0000-4000-8000-00000000001a/invoice '{"invoice_id":"00000000-0000-4000-8000-00000000001b"}'

# Money.
call 200 POST /invoice/00000000-0000-4000-8000-00000000001b/issue
call 201 POST /payment/create '{"id":"00000000-0000-4000-8000-00000000001c","currency":"EUR","fields":{"customer_id":{"kind":"account","id":"00000000-0000-4000-8000-000000000001"},"amount":"300.00","method":"transfer"}}'
call 200 POST /payment/00000000-0000-4000-8000-00000000001c/post
call 200 POST /payment/00000000-0000-4000-8000-00000000001c/allocate '{"invoice_id":"00000000-0000-4000-8000-00000000001b","amount":"100.00"}'
call 200 POST /payment/00000000-0000-4000-8000-00000000001c/refund '{"amount":"25.00"}'
call 200 POST /invoice/00000000-0000-4000-8000-00000000001b/credit '{"credit_note_id":"00000000-0000-4000-8000-00000000001d","reason":"return","lines":[{"line_number":2,"quantity":"1"}]}'
call 200 POST /credit_note/00000000-0000-4000-8000-00000000001d/issue
call 201 POST /invoice/create '{"id":"00000000-0000-4000-8000-00000000001e","currency":"EUR","fields":{"name":"Two chairs","customer_id":{"kind":"account","id":"00000000-0000-4000-8000-000000000001"}},"lines":[{"write_in_text":"Chair","quantity":"2","price_per_unit":"20.00"}]}'
call 200 POST /invoice/00000000-0000-4000-8000-00000000001e/issue '{"issue_date":"2025-01-02"}'
call 200 POST /invoice/00000000-0000-4000-8000-00000000001e/dun

# Deletion.
call 409 DELETE /account/00000000-0000-4000-8000-000000000001
call 200 DELETE /task/00000000-0000-4000-8000-000000000018
call 404 GET /task/00000000-0000-4000-8000-000000000018
call 201 POST /task/create '{"id":"00000000-0000-4000-8000-00000000001f","fields":{"subject":"Talk","regarding_id":{"kind":"opportunity","id":"00000000-0000-4000-8000-000000000012"}}}'

# There is a record of every kind.
call 200 GET /account?limit=1
call 200 GET /allocation?limit=1
call 200 GET /appointment?limit=1
call 200 GET /attachment?limit=1
call 200 GET /competitor?limit=1
call 200 GET /connection?limit=1
call 200 GET /contact?limit=1
call 200 GET /credit_note?limit=1
call 200 GET /discount_list?limit=1
call 200 GET /dunning_entry?limit=1
call 200 GET /email?limit=1
call 200 GET /forecast_adjustment?limit=1
call 200 GET /organization?limit=1
call 200 GET /approval?limit=1
call 200 GET /goal?limit=1
call 200 GET /goal_metric?limit=1
call 200 GET /invoice?limit=1
call 200 GET /lead?limit=1
call 200 GET /note?limit=1
call 200 GET /opportunity?limit=1
call 200 GET /opportunity_close?limit=1
call 200 GET /order?limit=1
call 200 GET /order_close?limit=1
call 200 GET /payment?limit=1
call 200 GET /phone_call?limit=1
call 200 GET /price_list?limit=1
call 200 GET /price_list_item?limit=1
call 200 GET /process?limit=1
call 200 GET /process_definition?limit=1
call 200 GET /product?limit=1
call 200 GET /product_relationship?limit=1
call 200 GET /quote?limit=1
call 200 GET /quote_close?limit=1
call 200 GET /refund?limit=1
call 200 GET /seller?limit=1
call 200 GET /task?limit=1
call 200 GET /transaction_currency?limit=1
call 200 GET /unit_group?limit=1
