package redisstore

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
)

var (
	_ session.Toucher      = (*ClusterStore)(nil)
	_ session.SubjectStore = (*ClusterStore)(nil)
	_ session.Lister       = (*ClusterStore)(nil)
)

// A ClusterStore keeps sessions on a Redis Cluster. It is as [Store] is, but for what
// can't be done on several servers at once: a write of a record with a subject is two
// round trips, one for the index and one for the record; it is no
// [session.Replacer], so [session.Replace] takes the general way; and
// DeleteBySubject is a round trip for each record.
type ClusterStore struct{ records }

// NewCluster is [New] for a Redis Cluster. It returns an error if client isn't one of
// a cluster.
func NewCluster(client rueidis.Client, o Options) (*ClusterStore, error) {
	r, err := newRecords(client, o)
	if err == nil && client.Mode() != rueidis.ClientModeCluster {
		err = errors.New("the client isn't one of a cluster: take New")
	}
	if err != nil {
		return nil, fmt.Errorf("redisstore: new cluster: %w", err)
	}
	return &ClusterStore{r}, nil
}

var (
	//go:embed script/end.lua
	endText string

	endScript = newScript(endText)
)

// DeleteBySubject implements [session.SubjectStore]. It looks again until the index has
// no entry that it hasn't seen: a record that replaces another is entered before that
// one ends. Entries of what it deletes stay until the records would have expired. An
// error comes with the number deleted until then.
func (s *ClusterStore) DeleteBySubject(ctx context.Context, subject string, except ...session.Key) (deleted int, err error) {
	for {
		members, err := s.members(ctx, subject)
		members = without(members, except)
		if err == nil && len(members) == 0 {
			return deleted, nil
		}
		n, failed := s.endEach(ctx, subject, members)
		deleted += n
		if err = errors.Join(err, failed); err != nil {
			return deleted, failure(ctx, "delete by subject", err)
		}
		except = slices.Concat(except, members)
	}
}

// endEach deletes the records under these keys that are subject's.
func (s *ClusterStore) endEach(ctx context.Context, subject string, keys []session.Key) (deleted int, err error) {
	for _, key := range keys {
		n, err := s.exec(ctx, endScript, []string{s.record(key)}, []string{subject}).AsInt64()
		if err != nil {
			return deleted, err
		}
		deleted += int(n)
	}
	return deleted, nil
}
