package leadtocash

// ForgetLead clears the lead that the account came from.
func (a Account) ForgetLead(s Stamp) Change[Account] { return a.forgetLead(s) }

// ForgetLead clears the lead that the contact came from.
func (c Contact) ForgetLead(s Stamp) Change[Contact] { return c.forgetLead(s) }

// NewStakeholder connects a contact with a record that it is a stakeholder of.
var NewStakeholder = newStakeholder
