package main

import (
	"bytes"
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// imports adds the packages that are used now beside the one they came from,
// and takes away those that nothing is left of.
func (r *rewriter) imports() {
	added := map[*ast.ImportSpec][]string{}
	here := map[string]bool{}
	for pkg, spec := range r.specs {
		here[pkg.Name()+" "+importPath(spec)] = true
	}
	var lonely []string // imports that have nothing to stand beside
	for _, u := range r.uses {
		local := r.locals[u.to.path]
		if u.dot || here[local+" "+u.to.path] {
			continue
		}
		here[local+" "+u.to.path] = true
		text := strconv.Quote(u.to.path)
		if local != path.Base(u.to.path) {
			text = local + " " + text
		}
		if spec := r.beside(u.pkg); spec != nil {
			added[spec] = append(added[spec], text)
		} else {
			lonely = append(lonely, text)
		}
	}
	leaving := map[ast.Spec]bool{}
	for pkg, spec := range r.specs {
		if r.names.ours[importPath(spec)] && r.asked[pkg] && !r.kept[pkg] {
			leaving[spec] = true
		}
	}
	for _, decl := range r.file.tree.Decls {
		if block, ok := decl.(*ast.GenDecl); ok && block.Tok == token.IMPORT {
			r.importBlock(block, added, leaving)
		}
	}
	r.importApart(lonely)
}

// beside returns the import that a new one is put beside: the one that its name
// came by, or else the first of the library.
func (r *rewriter) beside(pkg *types.PkgName) *ast.ImportSpec {
	if pkg != nil {
		return r.specs[pkg]
	}
	for _, spec := range r.file.tree.Imports {
		if r.names.ours[importPath(spec)] {
			return spec
		}
	}
	return nil
}

// importApart adds imports to a file that has none of the library.
func (r *rewriter) importApart(added []string) {
	if len(added) == 0 {
		return
	}
	slices.SortFunc(added, func(a, b string) int { return strings.Compare(pathIn(a), pathIn(b)) })
	end, nl := r.file.tree.Name.End(), r.newline()
	for _, decl := range r.file.tree.Decls {
		block, ok := decl.(*ast.GenDecl)
		if !ok || block.Tok != token.IMPORT {
			break
		}
		end = block.End()
		if start := r.lineStart(block.Rparen); block.Rparen.IsValid() && strings.TrimSpace(string(r.file.src[start:r.offset(block.Rparen)])) == "" {
			text := nl + "\t" + strings.Join(added, nl+"\t") + nl
			r.edits = append(r.edits, edit{start, start, text, false})
			return
		}
	}
	at, text := r.lineEnd(end), ""
	if end == r.file.tree.Name.End() {
		text = nl
	}
	if r.file.src[at-1] != '\n' {
		text += nl
	}
	r.edits = append(r.edits, edit{at, at, text + "import " + r.block(added) + nl, false})
}

func (r *rewriter) importBlock(block *ast.GenDecl, added map[*ast.ImportSpec][]string, leaving map[ast.Spec]bool) {
	var specs []*ast.ImportSpec
	empty, changes := true, false
	for _, s := range block.Specs {
		spec := s.(*ast.ImportSpec)
		specs = append(specs, spec)
		empty = empty && leaving[spec] && added[spec] == nil
		changes = changes || leaving[spec] || added[spec] != nil
	}
	switch {
	case !changes:
	case empty:
		r.cut(block.Pos(), block.End(), block.Doc)
	case !block.Lparen.IsValid():
		r.single(block, added[specs[0]], leaving[specs[0]])
	default:
		for _, spec := range specs {
			r.insert(specs, spec, added[spec], leaving)
			if leaving[spec] {
				r.remove(block, specs, spec, added, leaving)
			}
		}
	}
}

// single rewrites an import without parentheses.
func (r *rewriter) single(block *ast.GenDecl, added []string, leaves bool) {
	spec := block.Specs[0].(*ast.ImportSpec)
	if !leaves {
		added = append(added, r.text(spec.Pos(), spec.End()))
	}
	slices.SortFunc(added, func(a, b string) int { return strings.Compare(pathIn(a), pathIn(b)) })
	r.edit(spec.Pos(), spec.Path.End(), r.block(added), false)
}

func (r *rewriter) block(specs []string) string {
	if len(specs) == 1 {
		return specs[0]
	}
	return "(" + r.newline() + "\t" + strings.Join(specs, r.newline()+"\t") + r.newline() + ")"
}

// insert adds imports to the group of a spec, each before the first that
// comes after it in the alphabet.
func (r *rewriter) insert(specs []*ast.ImportSpec, beside *ast.ImportSpec, added []string, leaving map[ast.Spec]bool) {
	slices.SortFunc(added, func(a, b string) int { return strings.Compare(pathIn(a), pathIn(b)) })
	members := r.groupOf(specs, beside)
	for _, text := range added {
		if r.sharesLine(specs, beside) {
			if leaving[beside] {
				r.edit(beside.Pos(), beside.End(), strings.Join(added, "; "), false)
			} else {
				r.edit(beside.Pos(), beside.Pos(), strings.Join(added, "; ")+"; ", false)
			}
			return
		}
		next := slices.IndexFunc(members, func(s *ast.ImportSpec) bool { return importPath(s) > pathIn(text) })
		if next < 0 {
			end := r.lineEnd(members[len(members)-1].End())
			r.edits = append(r.edits, edit{end, end, "\t" + text + r.newline(), false})
			continue
		}
		start, _ := r.lines(members[next])
		r.edits = append(r.edits, edit{start, start, "\t" + text + r.newline(), false})
	}
}

// remove takes a spec out of its block, with the empty line that would be left
// of a group.
func (r *rewriter) remove(block *ast.GenDecl, specs []*ast.ImportSpec, spec *ast.ImportSpec, added map[*ast.ImportSpec][]string, leaving map[ast.Spec]bool) {
	if r.sharesLine(specs, spec) {
		if added[spec] != nil {
			return // replaced
		}
		start, end := r.offset(spec.Pos()), r.offset(spec.End())
		rest := r.file.src[end:]
		if i := bytes.IndexByte(rest, ';'); i >= 0 && len(bytes.TrimSpace(rest[:i])) == 0 {
			end += i + 1
		} else if i := bytes.LastIndexByte(r.file.src[:start], ';'); i > r.offset(block.Lparen) {
			start = i
		}
		r.edits = append(r.edits, edit{start, end, "", false})
		return
	}
	start, end := r.lines(spec)
	ends := true
	for _, s := range r.groupOf(specs, spec) {
		ends = ends && leaving[s] && added[s] == nil
	}
	if ends && spec == r.groupOf(specs, spec)[0] {
		if blank := r.blankBefore(start); blank < start {
			start = blank
		} else {
			end = r.blankAfter(end)
		}
	}
	r.edits = append(r.edits, edit{start, end, "", false})
}

// groupOf returns the specs around one without an empty line between them.
func (r *rewriter) groupOf(specs []*ast.ImportSpec, spec *ast.ImportSpec) []*ast.ImportSpec {
	at := slices.Index(specs, spec)
	first, last := at, at
	adjacent := func(a, b *ast.ImportSpec) bool {
		_, end := r.lines(a)
		start, _ := r.lines(b)
		return start <= end
	}
	for first > 0 && adjacent(specs[first-1], specs[first]) {
		first--
	}
	for last < len(specs)-1 && adjacent(specs[last], specs[last+1]) {
		last++
	}
	return specs[first : last+1]
}

func (r *rewriter) sharesLine(specs []*ast.ImportSpec, spec *ast.ImportSpec) bool {
	start, end := r.lineStart(spec.Pos()), r.lineEnd(spec.End())
	before := strings.TrimSpace(string(r.file.src[start:r.offset(spec.Pos())]))
	after, _, _ := strings.Cut(strings.TrimSpace(string(r.file.src[r.offset(spec.End()):end])), "//")
	return before != "" || strings.TrimSpace(after) != "" && !strings.HasPrefix(after, "/*")
}

// cut removes whole lines, and one of two empty lines around them.
func (r *rewriter) cut(from, to token.Pos, doc *ast.CommentGroup) {
	if doc != nil {
		from = doc.Pos()
	}
	start, end := r.lineStart(from), r.lineEnd(to)
	if r.blankBefore(start) < start {
		end = r.blankAfter(end)
	}
	r.edits = append(r.edits, edit{start, end, "", false})
}

// lines returns where the lines of a spec begin and end.
func (r *rewriter) lines(spec *ast.ImportSpec) (start, end int) {
	from := spec.Pos()
	if spec.Doc != nil {
		from = spec.Doc.Pos()
	}
	return r.lineStart(from), r.lineEnd(spec.End())
}

func (r *rewriter) offset(pos token.Pos) int { return r.fset.Position(pos).Offset }

func (r *rewriter) text(from, to token.Pos) string {
	return string(r.file.src[r.offset(from):r.offset(to)])
}

func (r *rewriter) lineStart(pos token.Pos) int {
	return bytes.LastIndexByte(r.file.src[:r.offset(pos)], '\n') + 1
}

func (r *rewriter) lineEnd(pos token.Pos) int {
	at := r.offset(pos)
	if i := bytes.IndexByte(r.file.src[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(r.file.src)
}

func (r *rewriter) blankBefore(at int) int {
	if at == 0 {
		return at
	}
	start := bytes.LastIndexByte(r.file.src[:at-1], '\n') + 1
	if len(bytes.TrimSpace(r.file.src[start:at])) == 0 {
		return start
	}
	return at
}

func (r *rewriter) blankAfter(at int) int {
	i := bytes.IndexByte(r.file.src[at:], '\n')
	if i >= 0 && len(bytes.TrimSpace(r.file.src[at:at+i])) == 0 {
		return at + i + 1
	}
	return at
}

func (r *rewriter) newline() string {
	if bytes.Contains(r.file.src, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

// pathIn returns the path in the text of a spec.
func pathIn(text string) string {
	return strings.Trim(text[strings.IndexAny(text, "\"`"):], "\"`")
}

// mention is a name in a comment: what it is qualified with, its name, and
// maybe a member or a type argument.
var mention = regexp.MustCompile(`\b((?:[\w.-]+/)*)([A-Za-z_]\w*)\.([A-Z]\w*)(?:\.([A-Z]\w*)|\[((?:[\w.-]+/)*[A-Za-z_]\w*)\.([A-Z]\w*)\])?`)

// comments rewrites the names in comments.
func (r *rewriter) comments() {
	paths := map[string]string{}
	for _, p := range slices.Sorted(maps.Keys(r.names.paths)) {
		paths[path.Base(p)] = p
	}
	for pkg, spec := range r.specs {
		paths[pkg.Name()] = importPath(spec)
		if _, ok := r.locals[importPath(spec)]; !ok && pkg.Name() != "." && pkg.Name() != "_" {
			r.locals[importPath(spec)] = pkg.Name()
		}
	}
	for _, group := range r.file.tree.Comments {
		for _, c := range group.List {
			at := r.offset(c.Pos())
			text := r.text(c.Pos(), c.End())
			for _, hit := range mention.FindAllStringSubmatchIndex(text, -1) {
				if hit[0] > 0 && strings.ContainsRune("./-", rune(text[hit[0]-1])) {
					continue
				}
				part := func(i int) string {
					if hit[2*i] < 0 {
						return ""
					}
					return text[hit[2*i]:hit[2*i+1]]
				}
				full := part(1) != ""
				p := part(1) + part(2)
				if !full {
					p = paths[p]
				}
				of := name{path: cmp.Or(paths[part(5)], part(5)), name: part(6)}
				if to, ok := r.names.instance(name{path: p, name: part(3)}, of); ok && of.name != "" && to.name != gone {
					text := r.mention(to.name, full)
					if to.arg != (name{}) {
						text += "[" + r.mention(to.arg, strings.Contains(part(5), "/")) + "]"
					}
					r.edits = append(r.edits, edit{at + hit[0], at + hit[1], text, true})
					continue
				}
				end := hit[1]
				if of.name != "" {
					end = hit[7]
					if to, ok := r.mentioned(of.path, strings.Contains(part(5), "/"), of.name, ""); ok {
						r.edits = append(r.edits, edit{at + hit[10], at + hit[13], to, true})
					}
				}
				if to, ok := r.mentioned(p, full, part(3), part(4)); ok {
					r.edits = append(r.edits, edit{at + hit[0], at + end, to, true})
				}
			}
		}
	}
}

// mentioned returns what a comment should say instead.
func (r *rewriter) mentioned(p string, full bool, base, member string) (string, bool) {
	if !r.names.paths[p] {
		return "", false
	}
	old := name{path: p, name: base}
	owner, moved := r.names.moved[old]
	if r.names.both[old] || moved && owner == gone {
		return "", false
	}
	if !moved {
		owner = old
	}
	if member != "" {
		old.member = member
		if to, ok := r.names.moved[old]; ok && to != gone && !r.names.both[old] {
			owner, member, moved = name{path: to.path, name: to.name}, to.member, true
		}
	}
	if !moved {
		return "", false
	}
	owner.member = member
	return r.mention(owner, full), true
}

// mention returns how a comment speaks of a name.
func (r *rewriter) mention(n name, full bool) string {
	text := n.path
	if !full {
		text = cmp.Or(r.locals[n.path], path.Base(n.path))
	}
	text += "." + n.name
	if n.member != "" {
		text += "." + n.member
	}
	return text
}
