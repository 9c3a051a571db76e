package journeytest

import (
	"github.com/leadtocash/leadtocash/activity"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/money"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Records that stand beside the way from lead to cash.

func (j *journey) createSeller() party.CreateSeller {
	return party.CreateSeller{ID: newID[record.SellerID](j), Fields: party.SellerFields{Name: j.text("name"), ManagerID: maybeOne[record.SellerID](j, "manager")}}
}

func (j *journey) editSeller(s *party.Seller) party.EditSeller {
	f := s.SellerFields
	f.Name, f.ManagerID = j.text("name"), maybeOne[record.SellerID](j, "manager")
	return party.EditSeller{Fields: f}
}

func (j *journey) createPriceListItem() catalog.CreatePriceListItem {
	return catalog.CreatePriceListItem{
		ID: newID[record.PriceListItemID](j), PriceListID: priceList, ProductID: id[record.ProductID](1), Fields: twenty,
	}
}

func (j *journey) editPriceListItem(i *catalog.PriceListItem) catalog.EditPriceListItem {
	f := i.PriceListItemFields
	f.Amount = value.Some(pick(j, "amount", numbers("20", "19.99", "0.005", "21")...))
	return catalog.EditPriceListItem{Fields: f}
}

func (j *journey) createCompetitor() party.CreateCompetitor {
	return party.CreateCompetitor{ID: newID[record.CompetitorID](j), Fields: party.CompetitorFields{
		Name: j.text("name"), ReportedRevenue: maybeAmount(j, 50, money.EUR, 0, 900_000, "reported revenue"),
	}}
}

func (j *journey) editCompetitor(c *party.Competitor) party.EditCompetitor {
	f := c.CompetitorFields
	f.Name = j.text("name")
	f.ReportedRevenue = maybeAmount(j, 50, c.Currency, 0, 900_000, "reported revenue")
	return party.EditCompetitor{Fields: f}
}

func (j *journey) connectionFields() party.ConnectionFields {
	f := party.ConnectionFields{
		Record1: j.ref("first record", kinds.Opportunity, kinds.Lead),
		Record2: j.ref("second record", kinds.Seller, kinds.Contact, kinds.Account, kinds.Competitor),
	}
	switch f.Record2.Kind {
	case kinds.Seller:
		f.Role2 = pick(j, "role", party.ConnectionRoleAccountManager, party.ConnectionRoleIndustryExpert)
	case kinds.Competitor:
		f.Role2 = party.ConnectionRoleCompetitor
	default:
		f.Role2 = pick(j, "role", 0, party.ConnectionRoleChampion, party.ConnectionRoleAccountManager)
	}
	return f
}

func (j *journey) createConnection() party.CreateConnection {
	return party.CreateConnection{ID: newID[record.ConnectionID](j), Fields: j.connectionFields()}
}

func (j *journey) editConnection(*party.Connection) party.EditConnection {
	return party.EditConnection{Fields: j.connectionFields()}
}

// subjects are what notes and activities are about.
var subjects = []kinds.Kind{
	kinds.Lead, kinds.Account, kinds.Contact, kinds.Opportunity, kinds.Quote,
	kinds.Order, kinds.Invoice, kinds.Task, kinds.Appointment, kinds.Seller,
}

func (j *journey) createNote() activity.CreateNote {
	return activity.CreateNote{
		ID: newID[record.NoteID](j), RegardingID: j.ref("regarding", subjects...),
		Fields: activity.NoteFields{Subject: j.text("subject"), NoteText: "asks for\ttwo offers"},
	}
}

func (j *journey) editNote(n *activity.Note) activity.EditNote {
	f := n.NoteFields
	f.Subject = j.text("subject")
	if j.chance(30, "without file") {
		f.FileName, f.MimeType, f.AttachmentID = "", "", record.AttachmentID{}
	}
	return activity.EditNote{Fields: f}
}

func (j *journey) attachFile(*activity.Note) engine.AttachFile {
	return engine.AttachFile{FileName: pick(j, "file name", "offer.txt", "../offer.txt"), Content: []byte(j.text("content"))}
}

func (j *journey) activity() activity.ActivityFields {
	f := activity.ActivityFields{Subject: j.text("subject")}
	if j.chance(80, "about something") {
		f.RegardingID = j.ref("regarding", subjects...)
	}
	if j.chance(30, "with times") {
		f.ScheduledStart = j.world.clock()
		f.ScheduledEnd = f.ScheduledStart.AddDate(0, 0, pick(j, "days", 1, 0, -1))
	}
	return f
}

func (j *journey) createTask() activity.CreateTask {
	return activity.CreateTask{ID: newID[record.TaskID](j), Fields: activity.TaskFields{ActivityFields: j.activity()}}
}

func (j *journey) editTask(*activity.Task) activity.EditTask {
	return activity.EditTask{Fields: activity.TaskFields{ActivityFields: j.activity()}}
}

func (j *journey) setTaskStatus(*activity.Task) activity.SetTaskStatus {
	return activity.SetTaskStatus{Status: status(j, value.Values[activity.TaskStatus](), activity.TaskStatusInProgress, activity.TaskStatusWaiting)}
}

func (j *journey) createPhoneCall() activity.CreatePhoneCall {
	return activity.CreatePhoneCall{ID: newID[record.PhoneCallID](j), Fields: j.activity()}
}

func (j *journey) editPhoneCall(*activity.PhoneCall) activity.EditPhoneCall {
	return activity.EditPhoneCall{Fields: j.activity()}
}

func (j *journey) createEmail() activity.CreateEmail {
	return activity.CreateEmail{ID: newID[record.EmailID](j), Fields: j.activity()}
}

func (j *journey) editEmail(*activity.Email) activity.EditEmail {
	return activity.EditEmail{Fields: j.activity()}
}

func (j *journey) createAppointment() activity.CreateAppointment {
	return activity.CreateAppointment{ID: newID[record.AppointmentID](j), Fields: j.activity()}
}

func (j *journey) editAppointment(*activity.Appointment) activity.EditAppointment {
	return activity.EditAppointment{Fields: j.activity()}
}
