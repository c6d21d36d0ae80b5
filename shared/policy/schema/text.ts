import * as z from 'zod';
import type { Fault, ProblemCode } from '../problem.ts';

/** What a text must look like. */
export interface TextRule {
  readonly code: ProblemCode;
  /** Without flags, so that the JSON Schema says the same. */
  readonly pattern: RegExp;
  /** Completes "`x` is not …". */
  readonly what: string;
  readonly hint?: string;
  readonly longest?: number;
  /** What a pattern cannot say, or says worse; asked first. */
  readonly fault?: (value: string) => Fault | undefined;
  /** One of the few places where an address may stand. */
  readonly isAddress?: true;
}

const LONGEST = 300;

/** A text that keeps a rule. Addresses are refused everywhere: the policy cannot make the program call anybody. */
export function text(rule: TextRule): z.ZodString {
  return z
    .string()
    .check((context) => {
      const fault = faultOf(context.value, rule);
      if (!fault) return;
      const { code, hint, message } = fault;
      context.issues.push({ code: 'custom', input: context.value, message, params: { code, hint } });
    })
    .meta({ pattern: rule.pattern.source, maxLength: rule.longest ?? LONGEST });
}

/** Free text: an owner, a reason, a ticket. */
export function prose(longest = LONGEST): z.ZodString {
  return text({
    code: 'empty-text',
    pattern: /^(?![\s\S]*:\/\/)[\s\S]*\S[\s\S]*$/,
    what: 'a text',
    longest,
    fault: (value) =>
      value.trim() === '' ? { code: 'empty-text', message: 'the text is empty' } : undefined,
  });
}

function faultOf(value: string, rule: TextRule): Fault | undefined {
  const longest = rule.longest ?? LONGEST;
  if (value.length > longest)
    return { code: 'text-too-long', message: `the text has more than ${longest} characters` };
  if (!rule.isAddress && isAddress(value)) {
    return {
      code: 'url-not-allowed',
      message: 'the policy takes no addresses',
      hint: 'only `issuers` and `approval` hold URLs; write an id or a name',
    };
  }
  const fault = rule.fault?.(value);
  if (fault) return fault;
  if (rule.pattern.test(value)) return undefined;
  return { code: rule.code, message: `\`${value.slice(0, 80)}\` is not ${rule.what}`, hint: rule.hint };
}

/** `principal://…` names a member, and a member of a cluster's set holds the cluster's URL: neither is an address to call. */
function isAddress(value: string): boolean {
  return value.includes('://') && !/^(deleted:)?principal(Set)?:\/\//.test(value);
}
