package journeytest

import (
	"github.com/leadtocash/leadtocash"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/engine"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/party"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/value"
)

// Records that stand beside the way from lead to cash.

func (j *journey) createSeller() party.CreateSeller {
	return party.CreateSeller{ID: newID[record.SellerID](j), Fields: party.SellerFields{Name: j.text("name")}}
}

func (j *journey) editSeller(s *party.Seller) party.EditSeller {
	f := s.SellerFields
	f.Name = j.text("name")
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
	return party.CreateCompetitor{ID: newID[record.CompetitorID](j), Fields: party.CompetitorFields{Name: j.text("name")}}
}

func (j *journey) editCompetitor(c *party.Competitor) party.EditCompetitor {
	f := c.CompetitorFields
	f.Name = j.text("name")
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

func (j *journey) createNote() leadtocash.CreateNote {
	return leadtocash.CreateNote{
		ID: newID[record.NoteID](j), RegardingID: j.ref("regarding", subjects...),
		Fields: leadtocash.NoteFields{Subject: j.text("subject"), NoteText: "asks for\ttwo offers"},
	}
}

func (j *journey) editNote(n *leadtocash.Note) leadtocash.EditNote {
	f := n.NoteFields
	f.Subject = j.text("subject")
	if j.chance(30, "without file") {
		f.FileName, f.MimeType, f.AttachmentID = "", "", record.AttachmentID{}
	}
	return leadtocash.EditNote{Fields: f}
}

func (j *journey) attachFile(*leadtocash.Note) engine.AttachFile {
	return engine.AttachFile{FileName: pick(j, "file name", "offer.txt", "../offer.txt"), Content: []byte(j.text("content"))}
}

func (j *journey) activity() leadtocash.ActivityFields {
	f := leadtocash.ActivityFields{Subject: j.text("subject")}
	if j.chance(80, "about something") {
		f.RegardingID = j.ref("regarding", subjects...)
	}
	if j.chance(30, "with times") {
		f.ScheduledStart = j.world.clock()
		f.ScheduledEnd = f.ScheduledStart.AddDate(0, 0, pick(j, "days", 1, 0, -1))
	}
	return f
}

func (j *journey) createTask() leadtocash.CreateTask {
	return leadtocash.CreateTask{ID: newID[record.TaskID](j), Fields: leadtocash.TaskFields{ActivityFields: j.activity()}}
}

func (j *journey) editTask(*leadtocash.Task) leadtocash.EditTask {
	return leadtocash.EditTask{Fields: leadtocash.TaskFields{ActivityFields: j.activity()}}
}

func (j *journey) setTaskStatus(*leadtocash.Task) leadtocash.SetTaskStatus {
	return leadtocash.SetTaskStatus{Status: status(j, value.Values[leadtocash.TaskStatus](), leadtocash.TaskStatusInProgress, leadtocash.TaskStatusWaiting)}
}

func (j *journey) createPhoneCall() leadtocash.CreatePhoneCall {
	return leadtocash.CreatePhoneCall{ID: newID[record.PhoneCallID](j), Fields: j.activity()}
}

func (j *journey) editPhoneCall(*leadtocash.PhoneCall) leadtocash.EditPhoneCall {
	return leadtocash.EditPhoneCall{Fields: j.activity()}
}

func (j *journey) createEmail() leadtocash.CreateEmail {
	return leadtocash.CreateEmail{ID: newID[record.EmailID](j), Fields: j.activity()}
}

func (j *journey) editEmail(*leadtocash.Email) leadtocash.EditEmail {
	return leadtocash.EditEmail{Fields: j.activity()}
}

func (j *journey) createAppointment() leadtocash.CreateAppointment {
	return leadtocash.CreateAppointment{ID: newID[record.AppointmentID](j), Fields: j.activity()}
}

func (j *journey) editAppointment(*leadtocash.Appointment) leadtocash.EditAppointment {
	return leadtocash.EditAppointment{Fields: j.activity()}
}
