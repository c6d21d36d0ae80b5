/** The check of terraform/ finds what is planted, on a provider with three small types. */
import { describe, expect, it } from '@jest/globals';
import { schemaFrom } from './check/declarations.ts';
import { type Fault, faultsIn } from './check/faults.ts';
import { parseFile } from './check/hcl.ts';
import { referencesIn } from './check/references.ts';
import type { BlockSchema, ProviderSchema } from './check/schema.ts';

/** As the generator writes it, shortened. */
const TOPIC = schemaFrom(`
export interface TopicConfig extends cdktf.TerraformMetaArguments {
    /**
    * Docs: {@link https://example.com/topic#name Topic#name}
    */
    readonly name: string;
    /**
    * Docs: {@link https://example.com/topic#sha_256 Topic#sha_256}
    */
    readonly sha256?: string;
    /**
    * Docs: {@link https://example.com/topic#labels Topic#labels}
    */
    readonly labels?: {
        [key: string]: string;
    };
    /**
    * policy block
    *
    * Docs: {@link https://example.com/topic#policy Topic#policy}
    */
    readonly policy: TopicPolicy;
    /**
    * rules block
    *
    * Docs: {@link https://example.com/topic#rules Topic#rules}
    */
    readonly rules?: TopicRules[] | cdktf.IResolvable;
}
export interface TopicPolicy {
    /**
    * Docs: {@link https://example.com/topic#regions Topic#regions}
    */
    readonly regions: string[];
}
export declare class TopicPolicyOutputReference extends cdktf.ComplexObject {
    get regions(): string[];
    get regionsInput(): string[] | undefined;
}
export interface TopicRules {
    /**
    * Docs: {@link https://example.com/topic#is_on Topic#is_on}
    */
    readonly isOn?: boolean | cdktf.IResolvable;
}
export interface TopicStates {
}
export declare class TopicStatesOutputReference extends cdktf.ComplexObject {
    get reason(): string;
}
export declare class TopicStatesList extends cdktf.ComplexList {
    get(index: number): TopicStatesOutputReference;
}
export declare class Topic extends cdktf.TerraformResource {
    get name(): string;
    get nameInput(): string | undefined;
    get uniqueId(): string;
    get states(): TopicStatesList;
}
`);

const ACCOUNT = schemaFrom(`
export interface DataAccountConfig extends cdktf.TerraformMetaArguments {
    /**
    * Docs: {@link https://example.com/account#name Account#name}
    */
    readonly name: string;
}
export declare class DataAccount extends cdktf.TerraformDataSource {
    get email(): string;
}
`);

const google: ProviderSchema = {
  resource: (type): BlockSchema | undefined => (type === 'google_topic' ? TOPIC : undefined),
  data: (type) => (type === 'google_account' ? ACCOUNT : undefined),
};

async function faults(text: string, called?: string): Promise<readonly Fault[]> {
  const blocks = await parseFile('main.tf', text);
  const modules =
    called === undefined ? undefined : new Map([['inner', await parseFile('inner.tf', called)]]);
  return faultsIn({ blocks, providers: { google }, ...(modules === undefined ? {} : { modules }) });
}

const GOOD = `
variable "name" {
  type = string
  validation {
    condition     = var.name != ""
    error_message = "no name"
  }
}
locals {
  regions = ["europe-west1"]
}
data "google_account" "us" {
  name = "us"
}
resource "google_topic" "this" {
  for_each = toset(["a", "b"])

  name    = "\${var.name}-\${each.key}"
  labels  = { owner = data.google_account.us.email }
  sha_256 = "0"
  policy {
    regions = local.regions
  }
  dynamic "rules" {
    for_each = [true]
    content {
      is_on = rules.value
    }
  }
}
output "reasons" {
  value = [google_topic.this["a"].states[0].reason, google_topic.this["b"].unique_id, google_topic.this["a"].policy[0].regions]
}
`;

describe('the check of terraform/', () => {
  it('has nothing to say of what is right', async () => {
    expect(await faults(GOOD)).toEqual([]);
  });

  it.each([
    [
      'a type that there is not',
      [/"google_topic" "this"/, '"google_topics" "this"'],
      'google has no resource google_topics',
    ],
    [
      'a data source that there is not',
      [/data "google_account"/, 'data "google_people"'],
      'google has no data source google_people',
    ],
    ['an argument that there is not', [/labels {2}=/, 'label ='], 'there is no argument or block label'],
    [
      'an argument that can only be read',
      [/labels {2}= .*/, 'unique_id = "1"'],
      'unique_id can only be read',
    ],
    ['an argument that is missing', [/ {2}name {4}= .*/, ''], 'name is missing'],
    [
      'an argument that is missing in a block',
      [/regions = local.regions/, ''],
      'regions is missing in policy',
    ],
    ['a block that is missing', [/policy \{[^}]*\}/, ''], 'policy is missing'],
    ['a block that there is not', [/policy \{/, 'policies {'], 'there is no argument or block policies'],
    ['a generated block that there is not', [/dynamic "rules"/, 'dynamic "rule"'], 'there is no block rule'],
    [
      'an argument that there is not, in a generated block',
      [/is_on =/, 'on ='],
      'there is no argument or block on in rules',
    ],
    [
      'a block written as an argument',
      [/policy \{/, 'policy = {'],
      'policy is a block, and is written as an argument',
    ],
    [
      'a variable that there is not',
      [/\$\{var.name\}-/, `\${var.names}-`],
      'var.names: there is no such variable',
    ],
    [
      'a local that there is not',
      [/= local.regions/, '= local.region'],
      'local.region: there is no such local',
    ],
    [
      'a resource that there is not',
      [/google_topic.this\["b"\]/, 'google_topic.that["b"]'],
      'google_topic.that[…].unique_id: there is no google_topic.that',
    ],
    [
      'an attribute that there is not',
      [/\.unique_id/, '.uniqueid'],
      'google_topic.this[…].uniqueid: there is no attribute uniqueid',
    ],
    [
      'an attribute that there is not, further in',
      [/\.reason/, '.because'],
      'google_topic.this[…].states[…].because: there is no attribute because',
    ],
    [
      'an attribute that a block has not',
      [/\[0\]\.regions/, '[0].region'],
      'google_topic.this[…].policy[…].region: there is no attribute region',
    ],
  ] as const)('finds %s', async (_what, [pattern, planted], said) => {
    const text = GOOD.replace(pattern, () => planted);
    expect(text).not.toBe(GOOD);
    const found = await faults(text);
    expect(found.map(({ what }) => what)).toContain(said);
    expect(found.every(({ file, at }) => file === 'main.tf' && at !== '')).toBe(true);
  });

  it('says where', async () => {
    const [fault] = await faults(GOOD.replace('sha_256', 'sha256'));
    expect(fault).toEqual({
      file: 'main.tf',
      at: 'google_topic.this',
      what: 'there is no argument or block sha256',
    });
  });

  it('finds a variable that nothing refers to but its own validation, and a local', async () => {
    const text = `${GOOD}\nvariable "spare" {\n  validation {\n    condition = var.spare != ""\n    error_message = ""\n  }\n}\nlocals {\n  spare = 1\n}\n`;
    expect(await faults(text)).toEqual([
      { file: 'main.tf', at: 'var.spare', what: 'nothing refers to it' },
      { file: 'main.tf', at: 'local.spare', what: 'nothing refers to it' },
    ]);
  });

  it('holds a call of a module against its variables and outputs', async () => {
    const call =
      'module "inner" {\n  source = "./inner"\n  nam = 1\n}\noutput "x" {\n  value = module.inner.reason\n}\n';
    expect((await faults(call, GOOD)).map(({ what }) => what)).toEqual([
      'the module has no variable nam',
      'name is missing',
      'module.inner.reason: the module has no such output',
    ]);
    expect(await faults(call.replace('nam =', 'name =').replace('.reason', '.reasons'), GOOD)).toEqual([]);
  });
});

describe('references', () => {
  it('are read from expressions, and not from texts or comments', () => {
    const text = `\${[for k, v in local.a : google_x.y[var.b].c[0].d if v != "local.no \${upper("\${local.e}")} var.no" # local.no\n]}`;
    expect(referencesIn(text).filter(([root]) => root !== 'k' && root !== 'v')).toEqual(
      expect.arrayContaining([
        ['local', 'a'],
        ['var', 'b'],
        ['google_x', 'y', 0, 'c', 0, 'd'],
        ['local', 'e'],
      ]),
    );
    expect(JSON.stringify(referencesIn(text))).not.toContain('"no"');
  });

  it('are not what is escaped', () => {
    expect(referencesIn(`$\${var.no} and \${var.yes}`)).toEqual([['var', 'yes']]);
  });
});
