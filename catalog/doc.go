// Package catalog has what is sold, and for how much.
//
// Owns: products, families and bundles with their properties and relationships;
// unit groups; price lists and their items; discount lists; currencies with
// their exchange rates; and [Catalog], the part of all that which one document
// needs.
//
// Does not own: the price of a document, which package pricing calculates from a
// catalogue.
//
// Promises: a product that is being revised stays in force as it was last
// published. Units are never converted unless asked. The price of an item is an
// exact fraction until it is rounded once.
package catalog
