package einvoice

// Encode writes a document whatever it says, for those who ask others about it.
var Encode = encode
