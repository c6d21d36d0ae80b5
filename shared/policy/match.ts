/** All that detectors ask of a policy. Every function is pure; `asOf` is given where time matters. */
export { type Captures, capturesOf } from './captures.ts';
export { mayBecome } from './match-become.ts';
export { type Change, type ChangerVerdict, changerOf, changersOf, isAmong } from './match-changer.ts';
export { type ExceptedVerdict, exceptionFor, isNeverExcepted } from './match-exception.ts';
export {
  type AllowedVerdict,
  allowedGrant,
  type ForbiddenAs,
  type ForbiddenVerdict,
  forbiddenVerdict,
  type GrantJudge,
} from './match-grant.ts';
export {
  accountsDeclaredFor,
  declaredFor,
  declaredForGsa,
  declarersOfEdge,
  declaresEdge,
  nextEndFor,
  poolOf,
} from './match-identity.ts';
export { type KeyVerdict, keyAllowance } from './match-key.ts';
export { ephemeralReaches, sensitiveAt } from './match-reach.ts';
export { channelsFor, type Hearer, hearersOf, ownChannel, type Routed, routesFor } from './match-route.ts';
export { inScope } from './match-scope.ts';
export { type ModeContext, modeOf, modeRuleOf, severityOf, severityRuleOf } from './match-severity.ts';
export { quietUntil } from './quiet-hours.ts';
export { resourceNamed } from './resource-name.ts';
export { matchesResource } from './resource-pattern.ts';
