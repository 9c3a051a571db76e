package engine

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/leadtocash/leadtocash/actions"
	"github.com/leadtocash/leadtocash/catalog"
	"github.com/leadtocash/leadtocash/kinds"
	"github.com/leadtocash/leadtocash/record"
	"github.com/leadtocash/leadtocash/storage"
)

// Products is what a Client does with products, families and bundles. A draft can be deleted.
type Products struct {
	Managed[catalog.Product, record.ProductID, ProductQuery]
}

// Products returns the service for products, families and bundles.
func (c *Client) Products() (s Products) { s.c = c; return s }

// ProductQuery asks for products.
type ProductQuery struct {
	List
	Status catalog.ProductStatus
	Number string
	Parent record.ProductID // directly below the family
}

func (q ProductQuery) conds() []storage.Cond {
	return asked{}.status(q.Status.String()).number(q.Number).ref("parent_id", q.Parent.UUID)
}

func (s *session) productFacts() catalog.ProductFacts {
	return catalog.ProductFacts{Stamp: s.stamp, BaseCurrency: s.c.settings.BaseCurrency, CreateActive: s.c.settings.CreateProductsActive}
}

// productLinks reads what the product refers to: families, unit group, members.
func (s *session) productLinks(ctx context.Context, f *catalog.ProductFacts, parent record.ProductID, fields *catalog.ProductFields) (err error) {
	for had := map[record.ProductID]bool{}; !parent.IsZero() && !had[parent]; {
		p, err := known(maybe[catalog.Product](ctx, s, parent))
		if p == nil || err != nil {
			return err
		}
		if f.Parent == nil {
			f.Parent = p
		}
		f.Ancestors = append(f.Ancestors, *p)
		had[parent], parent = true, p.ParentID
	}
	if f.UnitGroup, err = known(maybe[catalog.UnitGroup](ctx, s, fields.UnitGroupID)); err != nil {
		return err
	}
	for _, m := range fields.Members {
		p, err := known(maybe[catalog.Product](ctx, s, m.ProductID))
		if err != nil {
			return err
		}
		if p != nil {
			f.Members = append(f.Members, *p)
		}
	}
	return nil
}

// Create creates a draft. See NewProduct.
func (s Products) Create(ctx context.Context, cmd catalog.CreateProduct) (catalog.Product, error) {
	return recordOf(s.creating(cmd).made(ctx))
}

func (s Products) creating(cmd catalog.CreateProduct) prepared[record.Change[catalog.Product]] {
	return creating(s.c, actions.ProductCreate, &cmd.ID.UUID, &cmd,
		func(ctx context.Context, s *session, cmd *catalog.CreateProduct) (catalog.ProductFacts, error) {
			f := s.productFacts()
			return f, s.productLinks(ctx, &f, cmd.ParentID, &cmd.Fields)
		}, catalog.NewProduct, numbers(kinds.Product, cmd.ProductNumber))
}

// Edit changes fields of a draft or of a product under revision. See
// Product.Edit.
func (s Products) Edit(ctx context.Context, id record.ProductID, cmd catalog.EditProduct, opts ...CallOption) (catalog.Product, error) {
	return recordOf(s.editing(id, cmd, opts).made(ctx))
}

func (s Products) editing(id record.ProductID, cmd catalog.EditProduct, opts []CallOption) prepared[record.Change[catalog.Product]] {
	return applying(s.c, actions.ProductEdit, id.Ref(), cmd,
		func(ctx context.Context, s *session, p *catalog.Product, cmd *catalog.EditProduct) (catalog.ProductFacts, error) {
			f := s.productFacts()
			return f, s.productLinks(ctx, &f, cmd.Family(p), &cmd.Fields)
		}, catalog.Product.Edit, opts)
}

// Upsert creates the product that the key names, by its id or number, or edits the one that is
// there. See [Key].
func (s Products) Upsert(ctx context.Context, key Key, fields any, opts ...CallOption) (Upserted[catalog.Product], error) {
	return upsert(ctx, s.c, key, fields, upserting[catalog.Product, catalog.EditProduct]{
		do: actions.ProductCreate, number: "product_number",
		fields: func(p *catalog.Product) any { return p.ProductFields },
		create: func(id uuid.UUID, cmd catalog.EditProduct) prepared[record.Change[catalog.Product]] {
			return s.creating(catalog.CreateProduct{ID: record.ProductID{UUID: id}, Origin: record.Origin{Custom: cmd.Custom}, Fields: cmd.Fields, ProductNumber: key.Number})
		},
		edit: func(id uuid.UUID, cmd catalog.EditProduct) prepared[record.Change[catalog.Product]] {
			return s.editing(record.ProductID{UUID: id}, cmd, opts)
		},
	})
}

// productFamily reads what stands around a product.
func productFamily(ctx context.Context, s *session, p *catalog.Product) (catalog.ProductFacts, error) {
	f := s.productFacts()
	if err := s.productLinks(ctx, &f, p.ParentID, &p.ProductFields); err != nil {
		return f, err
	}
	if p.Structure == catalog.StructureFamily {
		if err := s.productsBelow(ctx, &f, p.ID); err != nil {
			return f, err
		}
	}
	return f, s.activeBundles(ctx, &f, p.ID)
}

// productsBelow reads everything in a family.
func (s *session) productsBelow(ctx context.Context, f *catalog.ProductFacts, family record.ProductID) error {
	below, err := related[catalog.Product](ctx, s, "parent_id", family.UUID)
	if err != nil {
		return err
	}
	for _, p := range below {
		if p.ID == family {
			continue
		}
		f.Below = append(f.Below, p)
		if p.Structure == catalog.StructureFamily {
			if err := s.productsBelow(ctx, f, p.ID); err != nil {
				return err
			}
		}
		if err := s.activeBundles(ctx, f, p.ID); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) activeBundles(ctx context.Context, f *catalog.ProductFacts, id record.ProductID) error {
	for rec, err := range s.find(ctx, kinds.Product, "member_id", id.UUID) {
		if err != nil {
			return err
		}
		if rec.State == catalog.ProductActive.Key {
			f.ActiveBundles = append(f.ActiveBundles, refOf(rec.Ref))
		}
	}
	return nil
}

// Publish puts a draft, or the changes of a revision, into force. See
// Product.Publish.
func (s Products) Publish(ctx context.Context, id record.ProductID, cmd catalog.PublishProduct, opts ...CallOption) (catalog.ChangedProducts, error) {
	return apply(ctx, s.c, actions.ProductPublish, id, cmd, using[catalog.PublishProduct](productFamily), catalog.Product.Publish, opts)
}

// Revise opens an active product for changes. See Product.Revise.
func (s Products) Revise(ctx context.Context, id record.ProductID, cmd catalog.ReviseProduct, opts ...CallOption) (catalog.ChangedProducts, error) {
	return apply(ctx, s.c, actions.ProductRevise, id, cmd, using[catalog.ReviseProduct](productFamily), catalog.Product.Revise, opts)
}

// Revert drops the changes of a revision. See Product.Revert.
func (s Products) Revert(ctx context.Context, id record.ProductID, cmd catalog.RevertProduct, opts ...CallOption) (catalog.ChangedProducts, error) {
	return apply(ctx, s.c, actions.ProductRevert, id, cmd, using[catalog.RevertProduct](productFamily), catalog.Product.Revert, opts)
}

// Retire takes an active product out of sale. See Product.Retire.
func (s Products) Retire(ctx context.Context, id record.ProductID, cmd catalog.RetireProduct, opts ...CallOption) (catalog.ChangedProducts, error) {
	return apply(ctx, s.c, actions.ProductRetire, id, cmd, using[catalog.RetireProduct](productFamily), catalog.Product.Retire, opts)
}

// Activate brings a retired product back. See Product.Activate.
func (s Products) Activate(ctx context.Context, id record.ProductID, cmd catalog.ActivateProduct, opts ...CallOption) (catalog.ChangedProducts, error) {
	return apply(ctx, s.c, actions.ProductActivate, id, cmd, using[catalog.ActivateProduct](productFamily), catalog.Product.Activate, opts)
}

// SetDefaultPriceList chooses the default price list of a product. See
// Product.SetDefaultPriceList.
func (s Products) SetDefaultPriceList(ctx context.Context, id record.ProductID, cmd catalog.SetDefaultPriceList, opts ...CallOption) (catalog.Product, error) {
	return recordOf(apply(ctx, s.c, actions.ProductSetDefaultPriceList, id, cmd,
		func(ctx context.Context, s *session, p *catalog.Product, cmd *catalog.SetDefaultPriceList) (catalog.ProductFacts, error) {
			f := s.productFacts()
			items, err := related[catalog.PriceListItem](ctx, s, "product_id", p.ID.UUID)
			f.HasItem = slices.ContainsFunc(items, func(i catalog.PriceListItem) bool { return i.PriceListID == cmd.PriceListID })
			return f, err
		}, catalog.Product.SetDefaultPriceList, opts))
}

func productUse(ctx context.Context, s *session, p *catalog.Product) (f catalog.ProductFacts, err error) {
	f = s.productFacts()
	if f.InUse, err = s.inUse(ctx, p.Ref()); err != nil {
		return f, err
	}
	for rec, err := range s.find(ctx, kinds.Product, "member_id", p.ID.UUID) {
		if err != nil {
			return f, err
		}
		f.InUse = append(f.InUse, refOf(rec.Ref))
	}
	return f, nil
}

func productExplained(ctx context.Context, s *session, p *catalog.Product) (catalog.ProductFacts, error) {
	f, err := productFamily(ctx, s, p)
	if err != nil {
		return f, err
	}
	use, err := productUse(ctx, s, p)
	f.InUse = use.InUse
	return f, err
}

// Properties lists the properties in force of a product, those of its families
// included, whether the actor may see these or not: what lines can have values
// of. ErrNotFound for a product that there is not, or that the actor may not see.
func (s Products) Properties(ctx context.Context, id record.ProductID) (list []catalog.Property, err error) {
	err = s.c.view(ctx, func(ctx context.Context, ss *session) error {
		if err := ss.mustSee(ctx, record.Ref{Kind: kinds.Product, ID: id.UUID}); err != nil {
			return err
		}
		c := catalog.NewCatalog()
		if err := ss.addFamilies(ctx, c, id); err != nil {
			return err
		}
		list = c.Properties(id)
		return nil
	})
	return list, err
}

// Substitutes lists the active products that stand in for a product: those that
// its relationships of type substitute lead to, however far, the nearest first
// and each once, as far as the actor may see them and the relationships. Nothing
// is replaced by itself. ErrNotFound for a product that
// there is not, or that the actor may not see.
func (s Products) Substitutes(ctx context.Context, id record.ProductID) (list []catalog.Product, err error) {
	err = s.c.look(ctx, func(ctx context.Context, ss *session) error {
		list = nil
		if err := ss.mustSee(ctx, record.Ref{Kind: kinds.Product, ID: id.UUID}); err != nil {
			return err
		}
		seen := []record.ProductID{id}
		for at := 0; at < len(seen); at++ {
			links, err := ss.substitutes(ctx, seen[at])
			if err != nil {
				return err
			}
			for _, to := range links {
				if slices.Contains(seen, to) {
					continue
				}
				seen = append(seen, to)
				p, err := known(load[catalog.Product](ctx, ss, to))
				if err != nil {
					return err
				}
				if p != nil && p.Status.State() == catalog.ProductActive {
					list = append(list, p.Clone())
				}
			}
		}
		return nil
	})
	return list, err
}

// substitutes lists the products that one relationship leads to, in the order
// in which the relationships were created.
func (s *session) substitutes(ctx context.Context, id record.ProductID) (ids []record.ProductID, err error) {
	from, err := related[catalog.ProductRelationship](ctx, s, "product_id", id.UUID)
	if err != nil {
		return nil, err
	}
	to, err := related[catalog.ProductRelationship](ctx, s, "related_id", id.UUID)
	if err != nil {
		return nil, err
	}
	to = slices.DeleteFunc(to, func(r catalog.ProductRelationship) bool { return !r.TwoWay })
	links := slices.Concat(from, to)
	slices.SortStableFunc(links, func(a, b catalog.ProductRelationship) int { return a.CreatedAt.Compare(b.CreatedAt) })
	for _, r := range links {
		if r.Type == catalog.RelationshipSubstitute {
			other := r.RelatedID
			if other == id {
				other = r.ProductID
			}
			ids = append(ids, other)
		}
	}
	return ids, nil
}
