/** Whoever may be named in a binding, in every form that IAM has. */
import fc from 'fast-check';
import { CLUSTER, member as inBrackets, inPool, POOL } from '../../world.ts';
import { account, ksaName, uid } from './names.ts';

/** Both spellings of a KSA. */
const ksa = fc
  .tuple(ksaName, fc.boolean())
  .map(([name, isUrl]) => (isUrl ? inPool(`subject/ns/${name.replace('/', '/sa/')}`) : inBrackets(name)));
const ksaByUid = uid.map((one) => inPool(`kubernetes.serviceaccount.uid/${one}`));
const ksaSet = fc.constantFrom(
  inPool('namespace/monitoring'),
  inPool(`kubernetes.cluster/${CLUSTER}`),
  inPool('*'),
);
const foreign = fc.constantFrom(
  inBrackets('payments/api', 'other.svc.id.goog'),
  'principalSet://iam.googleapis.com/projects/9/locations/global/workloadIdentityPools/ci/*',
);
/** A dot for the slash; and the pool of the account's project, which is not the cluster's. */
const slip = fc.constantFrom(
  `serviceAccount:${POOL}[payments.api]`,
  inBrackets('payments/api', 'acme-data.svc.id.goog'),
);
const gsa = account.map(({ email }) => `serviceAccount:${email}`);
/** What IAM makes of the member when an account is deleted; the same address may be another account's by now. */
const deleted = account.map(({ email, id }) => `deleted:serviceAccount:${email}?uid=${id}`);
const people = fc.constantFrom('user:jane@acme.example', 'group:devs@acme.example', 'allUsers');
const changer = fc.constant('serviceAccount:tf@acme-iac.iam.gserviceaccount.com');

export const member = fc.oneof(
  { weight: 6, arbitrary: ksa },
  { weight: 4, arbitrary: gsa },
  { weight: 2, arbitrary: ksaByUid },
  { weight: 2, arbitrary: ksaSet },
  { weight: 2, arbitrary: deleted },
  { weight: 2, arbitrary: people },
  { weight: 1, arbitrary: foreign },
  { weight: 1, arbitrary: slip },
  { weight: 1, arbitrary: changer },
);
