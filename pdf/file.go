package pdf

import (
	"bytes"
	"cmp"
	"compress/zlib"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/leadtocash/leadtocash/print"
)

//go:embed icc/sRGB2014.icc
var colourProfile []byte

// epoch is what the writer of pages is told instead of the present; it is not in the
// file.
var epoch = time.Unix(0, 0).UTC()

const producer = "leadtocash"

// finish writes the objects of the pages anew, with what the writer of pages does not
// know: an identity of the file, metadata that agree with each other, the colour profile,
// and the attachment with what it is to the document.
func finish(raw []byte, d *print.PrintedDocument, s *Style, a *attachment) ([]byte, error) {
	objects, root, info, err := objectsOf(raw)
	if err != nil {
		return nil, err
	}
	delete(objects, root)
	delete(objects, info)
	f := &assembly{objects: objects, next: max(root, info) + 1}
	created := s.created(d)
	title, author, language := oneLine(d.Heading()), oneLine(d.Seller.Name), languageTag(d.Lang)

	f.objects[info] = infoOf(title, author, created)
	metadata := f.add(stream("/Type /Metadata /Subtype /XML", []byte(xmp(title, author, created, a)), false))
	profile := f.add(stream("/N 3 /Alternate /DeviceRGB", colourProfile, true))
	catalog := fmt.Sprintf("<< /Type /Catalog /Version /1.7 /Pages 1 0 R /Metadata %d 0 R /Lang %s /ViewerPreferences << /DisplayDocTitle true >>"+
		" /OutputIntents [ << /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) /Info (sRGB IEC61966-2.1) /DestOutputProfile %d 0 R >> ]",
		metadata, hexText(language), profile)
	if a != nil {
		content := f.add(stream(fmt.Sprintf("/Type /EmbeddedFile /Subtype /text#2Fxml /Params << /Size %d /ModDate %s /CheckSum <%s> >>", len(a.data), dateOf(created), a.checksum()), a.data, true))
		spec := f.add([]byte(fmt.Sprintf("<< /Type /Filespec /F (%s) /UF %s /AFRelationship /%s /Desc %s /EF << /F %d 0 R /UF %d 0 R >> >>",
			a.name, hexText(a.name), a.relationship, hexText("Electronic invoice, "+string(a.profile)), content, content)))
		catalog += fmt.Sprintf(" /AF [ %d 0 R ] /Names << /EmbeddedFiles << /Names [ (%s) %d 0 R ] >> >> /PageMode /UseAttachments", spec, a.name, spec)
	}
	f.objects[root] = []byte(catalog + " >>")
	return f.write(root, info), nil
}

// An assembly is a file by its objects.
type assembly struct {
	objects map[int][]byte
	next    int
}

func (f *assembly) add(object []byte) int {
	n := f.next
	f.objects[n] = object
	f.next++
	return n
}

// write writes the objects in the order of their numbers.
func (f *assembly) write(root, info int) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, f.next)
	for n := 1; n < f.next; n++ {
		if object, ok := f.objects[n]; ok {
			offsets[n] = b.Len()
			fmt.Fprintf(&b, "%d 0 obj\n", n)
			b.Write(object)
			b.WriteString("\nendobj\n")
		}
	}
	at := b.Len()
	sum := sha256.Sum256(b.Bytes())
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", f.next)
	for _, offset := range offsets[1:] {
		if offset == 0 {
			b.WriteString("0000000000 65535 f \n")
			continue
		}
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	id := hex.EncodeToString(sum[:16])
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /ID [ <%s> <%s> ] >>\nstartxref\n%d\n%%%%EOF\n", f.next, root, info, id, id, at)
	return b.Bytes()
}

var errStructure = errors.New("pdf: the pages are not written as expected")

// objectsOf takes a file apart by its table of objects.
func objectsOf(raw []byte) (objects map[int][]byte, root, info int, err error) {
	tail := raw[bytes.LastIndex(raw, []byte("startxref"))+len("startxref"):]
	start, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(string(tail)), "%%EOF")))
	if err != nil || start <= 0 || start >= len(raw) {
		return nil, 0, 0, errStructure
	}
	table, trailer, ok := strings.Cut(string(raw[start:]), "trailer")
	if !ok {
		return nil, 0, 0, errStructure
	}
	type place struct{ number, offset int }
	var places []place
	for n, line := range strings.Split(strings.TrimSpace(table), "\n")[2:] {
		if offset, err := strconv.Atoi(strings.TrimLeft(line[:min(10, len(line))], "0")); err == nil && strings.Contains(line, " n") {
			places = append(places, place{n, offset})
		}
	}
	slices.SortFunc(places, func(a, b place) int { return cmp.Compare(a.offset, b.offset) })
	objects = map[int][]byte{}
	for n, p := range places {
		end := start
		if n+1 < len(places) {
			end = places[n+1].offset
		}
		head, tail := fmt.Sprintf("%d 0 obj", p.number), "endobj"
		object := bytes.TrimSpace(raw[p.offset:end])
		if !bytes.HasPrefix(object, []byte(head)) || !bytes.HasSuffix(object, []byte(tail)) {
			return nil, 0, 0, errStructure
		}
		objects[p.number] = bytes.TrimSpace(object[len(head) : len(object)-len(tail)])
	}
	if root, info = reference(trailer, "/Root "), reference(trailer, "/Info "); objects[root] == nil || objects[info] == nil {
		return nil, 0, 0, errStructure
	}
	return objects, root, info, nil
}

func reference(trailer, key string) int {
	_, rest, _ := strings.Cut(trailer, key)
	number, _, _ := strings.Cut(rest, " ")
	n, _ := strconv.Atoi(number)
	return n
}

// stream is an object with a stream, packed or as it is.
func stream(entries string, data []byte, packed bool) []byte {
	if packed {
		var b bytes.Buffer
		w, _ := zlib.NewWriterLevel(&b, zlib.BestCompression)
		_, _ = w.Write(data)
		_ = w.Close()
		data, entries = b.Bytes(), entries+" /Filter /FlateDecode"
	}
	return fmt.Appendf(nil, "<< %s /Length %d >>\nstream\n%s\nendstream", entries, len(data), data)
}

// hexText is a text in UTF-16, as PDF writes it.
func hexText(text string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, unit := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&b, "%04X", unit)
	}
	return b.String() + ">"
}

// dateOf writes a time of UTC as PDF does.
func dateOf(t time.Time) string { return t.Format("(D:20060102150405+00'00')") }

func infoOf(title, author string, created time.Time) []byte {
	info := "<< /Title " + hexText(title) + " /Author " + hexText(author) + " /Creator (" + producer + ") /Producer (" + producer + ")"
	if !created.IsZero() {
		info += " /CreationDate " + dateOf(created) + " /ModDate " + dateOf(created)
	}
	return []byte(info + " >>")
}

// oneLine is a text in one line.
func oneLine(text string) string { return strings.Join(strings.Fields(clean(text)), " ") }

// languageTag is the language if it looks like one.
func languageTag(lang string) string {
	lang = strings.ReplaceAll(lang, "_", "-")
	if lang == "" || len(lang) > 35 || strings.ContainsFunc(lang, func(r rune) bool { return r != '-' && (r < '0' || r > 'z' || r > '9' && r < 'A' || r > 'Z' && r < 'a') }) {
		return "en"
	}
	return lang
}

// escaped is a text in XML.
func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}

// xmp are the metadata of the file, each equal to what the information of the file says.
func xmp(title, author string, created time.Time, a *attachment) string {
	var b strings.Builder
	b.WriteString("<?xpacket begin=\"\ufeff\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n")
	section := func(prefix, namespace, content string) {
		fmt.Fprintf(&b, "<rdf:Description rdf:about=\"\" xmlns:%s=\"%s\">\n%s</rdf:Description>\n", prefix, namespace, content)
	}
	section("pdfaid", "http://www.aiim.org/pdfa/ns/id/", "<pdfaid:part>3</pdfaid:part>\n<pdfaid:conformance>B</pdfaid:conformance>\n")
	section("dc", "http://purl.org/dc/elements/1.1/", "<dc:format>application/pdf</dc:format>\n<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">"+escaped(title)+
		"</rdf:li></rdf:Alt></dc:title>\n<dc:creator><rdf:Seq><rdf:li>"+escaped(author)+"</rdf:li></rdf:Seq></dc:creator>\n")
	section("pdf", "http://ns.adobe.com/pdf/1.3/", "<pdf:Producer>"+producer+"</pdf:Producer>\n")
	dates := ""
	if !created.IsZero() {
		at := created.Format("2006-01-02T15:04:05Z")
		dates = "<xmp:CreateDate>" + at + "</xmp:CreateDate>\n<xmp:ModifyDate>" + at + "</xmp:ModifyDate>\n"
	}
	section("xmp", "http://ns.adobe.com/xap/1.0/", "<xmp:CreatorTool>"+producer+"</xmp:CreatorTool>\n"+dates)
	if a != nil {
		b.WriteString(a.xmp())
	}
	b.WriteString("</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>")
	return b.String()
}
