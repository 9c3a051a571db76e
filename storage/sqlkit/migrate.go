package sqlkit

import (
	"context"
	"fmt"
	"time"
)

// Targets of a migration that are no version.
const (
	Newest  = 0  // every migration
	Nothing = -1 // none: everything that migrations made is gone, data included
)

// MigrateOptions are the options of Migrate.
type MigrateOptions struct {
	Names
	// Target is the version to bring the schema to, up or down; or Newest, or
	// Nothing.
	Target int
	// DryRun returns the steps and takes none.
	DryRun bool
}

// Step is a migration carried out, or to be.
type Step struct {
	Migration
	Reverse bool // Down rather than Up
}

// Migratable is a database that can be migrated.
type Migratable interface {
	// Applied lists the migrations that the database has, by version; none if it
	// has no list of them.
	Applied(ctx context.Context) ([]Applied, error)
	// Apply carries out a step and notes it, both or neither. A step that somebody
	// else has taken meanwhile is left out.
	Apply(ctx context.Context, s Step, at time.Time) error
}

// Migrate brings a database to the target and returns the steps. Each step is a
// transaction; after an error those before it stand. A database whose migrations
// are not a beginning of all is ErrSchema.
func Migrate(ctx context.Context, db Migratable, all []Migration, opts MigrateOptions) ([]Step, error) {
	applied, err := db.Applied(ctx)
	if err != nil {
		return nil, err
	}
	steps, err := Plan(all, applied, opts.Target)
	if err != nil || opts.DryRun {
		return steps, err
	}
	for i, s := range steps {
		if err := db.Apply(ctx, s, time.Now().UTC().Truncate(time.Microsecond)); err != nil {
			return steps[:i], fmt.Errorf("sqlkit: migration %04d_%s: %w", s.Version, s.Name, err)
		}
	}
	return steps, nil
}

// Plan returns the steps from what is applied to the target. What is applied must
// be a beginning of all: ErrSchema. A target that is none is ErrSchema, too.
func Plan(all []Migration, applied []Applied, target int) (steps []Step, err error) {
	if err := Validate(all, applied); err != nil {
		return nil, err
	}
	switch {
	case target == Newest:
		target = len(all)
	case target == Nothing:
		target = 0
	case target < 0 || target > len(all):
		return nil, fmt.Errorf("%w: there is no version %d, the newest is %d", ErrSchema, target, len(all))
	}
	for v := len(applied); v < target; v++ {
		steps = append(steps, Step{Migration: all[v]})
	}
	for v := len(applied); v > target; v-- {
		steps = append(steps, Step{Migration: all[v-1], Reverse: true})
	}
	return steps, nil
}

// Validate reports ErrSchema unless what is applied is a beginning of all, with
// the same texts.
func Validate(all []Migration, applied []Applied) error {
	for i, a := range applied {
		switch {
		case i >= len(all):
			return fmt.Errorf("%w: it is at version %d, this release knows %d: use a newer release", ErrSchema, a.Version, len(all))
		case a.Version != all[i].Version:
			return fmt.Errorf("%w: version %d is missing", ErrSchema, all[i].Version)
		case a.Checksum != all[i].Checksum:
			return fmt.Errorf("%w: version %d (%s) was made by another text than that of this release", ErrSchema, a.Version, a.Name)
		}
	}
	return nil
}

// Check reports ErrSchema unless all migrations, and no others, are applied.
func Check(all []Migration, applied []Applied) error {
	if err := Validate(all, applied); err != nil {
		return err
	}
	switch n := len(applied); {
	case n == len(all):
		return nil
	case n == 0:
		return fmt.Errorf("%w: there is none: migrate first", ErrSchema)
	default:
		return fmt.Errorf("%w: it is at version %d, this release needs %d: migrate first", ErrSchema, n, len(all))
	}
}

// List returns every migration, applied or not, by version.
func List(all []Migration, applied []Applied) []Status {
	list := make([]Status, 0, max(len(all), len(applied)))
	for i := range max(len(all), len(applied)) {
		var s Status
		if i < len(all) {
			s.Version, s.Name = all[i].Version, all[i].Name
		}
		if i < len(applied) {
			s.Version, s.Name, s.At = applied[i].Version, applied[i].Name, applied[i].At
		}
		list = append(list, s)
	}
	return list
}
