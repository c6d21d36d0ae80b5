/** One message of `events.ndjson`, as the demo tells it. */
export interface Scene {
  readonly source: 'feed' | 'sink';
  readonly what: string;
  readonly expected: string;
  /** Messages to Slack, posted or edited, that it should cause. */
  readonly messages: number;
}

export const SCENES: readonly Scene[] = [
  {
    source: 'feed',
    what: 'the welcome text of a new feed',
    expected: 'plain text, no asset: ignored',
    messages: 0,
  },
  {
    source: 'sink',
    what: 'Terraform adds checkout/checkout-api to its account',
    expected: 'trusted changer, declared member: silent',
    messages: 0,
  },
  {
    source: 'feed',
    what: 'the same change, seen by the feed',
    expected: 'same etag: nothing new',
    messages: 0,
  },
  {
    source: 'sink',
    what: 'jane binds sandbox/debug to ledger-writer by hand',
    expected: 'an identity that nobody declared',
    messages: 1,
  },
  {
    source: 'feed',
    what: 'the same change, seen by the feed',
    expected: 'same etag: the alert stands, no second one',
    messages: 0,
  },
  {
    source: 'feed',
    what: 'the annotation of checkout/cart now points elsewhere',
    expected: 'redirected; the feed names no actor',
    messages: 1,
  },
  {
    source: 'sink',
    what: 'sam makes a key for the checkout account',
    expected: 'the policy allows none',
    messages: 1,
  },
  {
    source: 'sink',
    what: 'jane makes the otel account an editor of acme-prod',
    expected: 'a forbidden role; and after ten minutes nobody has said who moved checkout/cart',
    messages: 2,
  },
  { source: 'sink', what: 'that message is delivered again', expected: 'seen before: silent', messages: 0 },
  {
    source: 'feed',
    what: 'the policy of acme-prod as it was before, late',
    expected: 'a superseded version: changes nothing',
    messages: 0,
  },
  { source: 'sink', what: 'lee creates a bucket', expected: 'nothing to judge: ignored', messages: 0 },
  {
    source: 'sink',
    what: 'an entry cut off in the middle',
    expected: 'quarantined and acknowledged',
    messages: 0,
  },
  {
    source: 'sink',
    what: 'sam is refused a role on the deployer account',
    expected: 'a failed call changes nothing',
    messages: 0,
  },
  {
    source: 'feed',
    what: 'ledger-writer without sandbox/debug',
    expected: 'repaired: the first alert is edited',
    messages: 1,
  },
  {
    source: 'sink',
    what: 'the audit entry of that repair, by Terraform',
    expected: 'trusted changer: silent',
    messages: 0,
  },
];
