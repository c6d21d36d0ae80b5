import { wrap } from './output/wrap.ts';

/** What `--help` and docs/cli.md say of each command beside its options. */
export interface Help {
  readonly group: Group;
  /** What its options do not say by themselves. */
  readonly about?: string;
  readonly examples: readonly Example[];
  /** What its exit codes mean, where that is its own. */
  readonly exits?: string;
}

/** A command line as somebody types it at the root of the repository, and what it is for. */
export interface Example {
  readonly line: string;
  readonly does: string;
}

/** In the order of the help. */
export const GROUPS = [
  'Write a policy',
  'Look at a state',
  'Look at what happened',
  'Say who hears of it',
  'Run the watch',
  'About anchorwatch',
] as const;
export type Group = (typeof GROUPS)[number];

const POLICY = '--policy examples/acme/policy.yaml';
const ASSETS = '--assets examples/acme/assets.ndjson';
const EVENTS = '--events examples/acme/events.ndjson';

/** By command. A test holds that none is left out, that every example is understood, and that those which need no deployment run. */
export const HELP: Readonly<Record<string, Help>> = {
  init: {
    group: 'Write a policy',
    about:
      "Makes today's state the declared one: identities grouped, owners from labels, what looks dangerous as exceptions with staggered ends. The same input gives the same bytes.",
    examples: [
      {
        line: `anchorwatch init ${ASSETS} --name acme --owner platform@acme.example`,
        does: 'print a first policy',
      },
      { line: `anchorwatch init ${ASSETS} --output acme.yaml`, does: 'write it to a file' },
    ],
  },
  declare: {
    group: 'Write a policy',
    about: 'Only the generated part of the policy is written anew; what people wrote stays to the byte.',
    examples: [
      { line: `anchorwatch declare --policy policy.yaml ${ASSETS}`, does: 'print the policy as it would be' },
      {
        line: `anchorwatch declare --policy policy.yaml ${ASSETS} --check`,
        does: 'say in CI that it is out of date',
      },
    ],
    exits: 'With --check, 1 means that something would change.',
  },
  validate: {
    group: 'Write a policy',
    about:
      'Every problem with file, line, column and a hint. With --against, what is weaker than in the older policy is a warning (`policy-weakened`).',
    examples: [
      { line: 'anchorwatch validate examples/acme/policy.yaml', does: 'is it a policy?' },
      {
        line: 'anchorwatch validate examples/acme/policy.yaml examples/acme/policy-tests --strict',
        does: 'warnings count too; with tests beside it, every rule wants some',
      },
      {
        line: 'anchorwatch validate examples/acme/policy.yaml --against examples/acme/policy.yaml --format json',
        does: 'what a pull request weakens, for machines',
      },
    ],
    exits: '3 means that it is no policy, or that --strict found something.',
  },
  test: {
    group: 'Write a policy',
    examples: [
      { line: `anchorwatch test examples/acme/policy-tests ${POLICY}`, does: 'run all tests of a folder' },
      {
        line: `anchorwatch test examples/acme/policy-tests/rules.test.yaml ${POLICY} --format json`,
        does: 'one file, for machines',
      },
    ],
    exits: '1 means that a case found something else than it expects.',
  },
  diff: {
    group: 'Write a policy',
    examples: [
      {
        line: 'anchorwatch diff examples/acme/policy.yaml policy.yaml',
        does: 'two policies: guard rails that were weakened first',
      },
      {
        line: 'anchorwatch diff examples/acme/assets.ndjson assets.ndjson',
        does: 'two exports: who gained and who lost what',
      },
    ],
    exits: '1 means that they differ.',
  },
  exceptions: {
    group: 'Write a policy',
    examples: [
      { line: `anchorwatch exceptions ${POLICY}`, does: 'all of them, with who agreed and when they end' },
      { line: `anchorwatch exceptions ${POLICY} ${ASSETS}`, does: 'and what each covers' },
      {
        line: `anchorwatch exceptions ${POLICY} --ending 30`,
        does: 'those that have ended, or end within 30 days',
      },
    ],
    exits: 'With --ending, 1 means that there are any.',
  },
  scan: {
    group: 'Look at a state',
    examples: [
      { line: `anchorwatch scan ${POLICY} ${ASSETS}`, does: 'what has drifted, the worst first' },
      {
        line: `anchorwatch scan ${POLICY} ${ASSETS} --format sarif --output findings.sarif --fail-on high`,
        does: 'for code scanning, and a gate from high on',
      },
      {
        line: `anchorwatch scan ${POLICY} --assets examples/acme/pull-request/half-bound/k8s --cluster acme-prod/europe-west1/prod-euw1`,
        does: 'manifests, which do not say themselves what cluster they are for',
      },
    ],
  },
  check: {
    group: 'Look at a state',
    about:
      'Only what the change itself brings about is told. What is known after apply only is undecided, and shown.',
    examples: [
      {
        line: `anchorwatch check ${POLICY} ${ASSETS} --cluster acme-prod/europe-west1/prod-euw1 examples/acme/pull-request/half-bound`,
        does: 'a plan (terraform show -json) and manifests, onto a snapshot',
      },
      {
        line: `helm template chart | anchorwatch check ${POLICY} ${ASSETS} --cluster acme-prod/europe-west1/prod-euw1 --format md -`,
        does: 'a chart, as a comment for the pull request',
      },
    ],
  },
  explain: {
    group: 'Look at a state',
    examples: [
      {
        line: `anchorwatch explain observability/otel-agent ${POLICY} ${ASSETS}`,
        does: 'why a workload gets a 403',
      },
      {
        line: `anchorwatch explain ledger-writer@acme-prod.iam.gserviceaccount.com ${POLICY} ${ASSETS} --graph mermaid`,
        does: 'who can act as an account, drawn',
      },
      {
        line: 'anchorwatch explain --symptom "Error 403: iam.serviceAccounts.getAccessToken"',
        does: 'what an error text means',
      },
    ],
    exits: '1 means that a step of the chain says no.',
  },
  keys: {
    group: 'Look at a state',
    about: 'What the plan rests on, and how the carriers of a key are found: docs/keys.md.',
    examples: [
      { line: `anchorwatch keys ${POLICY} ${ASSETS}`, does: 'what takes the place of each key' },
      {
        line: `anchorwatch keys ${POLICY} ${ASSETS} --events examples/keys/entries.ndjson --usage examples/keys/activity.json --format md`,
        does: 'with who uses them, as a list to tick off',
      },
    ],
  },
  replay: {
    group: 'Look at what happened',
    about:
      'With --against the same messages are put before a second policy, and the answer is who would be told what: alerts that vanish, move (severity, class, owner, channel, mention, time) or appear, with the lines of both policies that decide. What stood before the messages counts too. Each finding is looked at in its latest episode, as if nobody had been told of anything before.',
    examples: [
      { line: `anchorwatch replay ${POLICY} ${ASSETS} ${EVENTS}`, does: 'what came of a morning' },
      { line: `anchorwatch replay ${POLICY} ${ASSETS} ${EVENTS} --trace`, does: 'and of each message' },
      {
        line: `anchorwatch replay ${POLICY} --against policy.yaml ${ASSETS} ${EVENTS} --fail-on high`,
        does: 'what another policy would change about the alerts',
      },
    ],
    exits:
      'With --against, 0 whatever changes; with --fail-on too, 1 where alerts from that severity on appear or vanish.',
  },
  report: {
    group: 'Look at what happened',
    about:
      'HTML, CSV (findings, changes, identities), JSON, SARIF and Markdown of one value: docs/report.md.',
    examples: [
      {
        line: `anchorwatch report ${POLICY} ${ASSETS} ${EVENTS} --output report`,
        does: 'every format, in a folder',
      },
      {
        line: `anchorwatch report ${POLICY} --store anchorwatch.sqlite --days 30 --output report`,
        does: 'what the watch has recorded, with its history',
      },
    ],
    exits: '0 whatever stands: scan is the gate.',
  },
  verify: {
    group: 'Look at what happened',
    examples: [
      { line: 'anchorwatch verify report/report.json', does: 'is it what it was when it was made?' },
      {
        line: 'anchorwatch verify report/report.json --store anchorwatch.sqlite',
        does: 'and does the history still run through it?',
      },
    ],
    exits: '1 means that it is not.',
  },
  route: {
    group: 'Say who hears of it',
    examples: [
      {
        line: `anchorwatch route FINDING ${POLICY} --findings findings.json`,
        does: 'FINDING: the beginning of an id',
      },
      {
        line: `anchorwatch route finding.json ${POLICY} --format json`,
        does: 'a finding in a file of its own',
      },
    ],
  },
  preview: {
    group: 'Say who hears of it',
    about:
      'Where a message is for a channel, --as slack-json is what Block Kit Builder takes: docs/alerts.md.',
    examples: [
      { line: 'anchorwatch preview --finding finding.json', does: 'the alert, in the terminal' },
      {
        line: `anchorwatch preview --finding findings.json --message digest --as html --output digest.html ${POLICY}`,
        does: 'the digest, as a page',
      },
      {
        line: 'anchorwatch preview --finding finding.json --state resolved --as slack-json',
        does: 'what becomes of it once it is mended',
      },
    ],
  },
  serve: {
    group: 'Run the watch',
    about:
      'The functions, and the console at /console/. With a signing secret and the ids of the workspaces whose members count, what people press in Slack is taken in; Slack must reach /slack-actions by a tunnel. Reports of the policy are made when they are due.',
    examples: [
      { line: `anchorwatch serve ${POLICY} ${ASSETS}`, does: 'alerts are drawn in this terminal' },
      {
        line: 'anchorwatch serve --policy policy.yaml --slack-token-file token --port 0',
        does: 'alerts go to Slack',
      },
    ],
  },
  doctor: {
    group: 'Run the watch',
    about: 'What it looks at, and how each part is mended: docs/doctor.md.',
    examples: [
      {
        line: 'anchorwatch doctor --deployment deployment.json',
        does: 'deployment.json: terraform output -json deployment',
      },
      {
        line: 'anchorwatch doctor --deployment deployment.json --policy policy.yaml --format json',
        does: 'with a policy of this machine',
      },
    ],
    exits: '1 means that something is wrong, 4 that something could not be looked at.',
  },
  sources: {
    group: 'Run the watch',
    examples: [
      { line: 'anchorwatch sources', does: 'what a deployment is fed by, and what it may do' },
      { line: 'anchorwatch sources --format gcloud', does: 'a script that makes feeds and sink by hand' },
    ],
  },
  erase: {
    group: 'Run the watch',
    about:
      'Puts a pseudonym (erased-…) in the place of a person in everything that is kept about the past, and takes away the address, user agent and reason beside it. Nobody can tell later whom it stands for. What describes the present state of the cloud stays, since it is the state that is watched: take the person out of the bindings first. Reports that were made hold the name, and so do Slack and whatever a topic was sent to. docs/operate.md says what is kept how long.',
    examples: [
      {
        line: 'anchorwatch erase --principal sam@acme.example --dry-run',
        does: 'how much there is, and where',
      },
      {
        line: 'anchorwatch erase --principal sam@acme.example --also U0123ABCD --store anchorwatch.sqlite',
        does: 'under a Slack id too',
      },
      {
        line: 'anchorwatch erase --principal sam@acme.example --store firestore:acme-watch/anchorwatch',
        does: 'in a deployment',
      },
    ],
    exits: '0 whether or not there was anything; 4 when the store cannot be opened.',
  },
  detectors: {
    group: 'About anchorwatch',
    examples: [
      { line: 'anchorwatch detectors', does: 'all of them' },
      { line: 'anchorwatch detectors dangling-binding wide-member', does: 'some' },
      { line: 'anchorwatch detectors --format json', does: 'with sources and controls' },
    ],
  },
  completion: {
    group: 'About anchorwatch',
    about: 'The script is complete in itself: pressing TAB starts no program. Make it anew after an upgrade.',
    examples: [
      {
        line: 'anchorwatch completion bash > ~/.local/share/bash-completion/completions/anchorwatch',
        does: 'bash, with bash-completion',
      },
      { line: 'anchorwatch completion zsh > ~/.zfunc/_anchorwatch', does: 'zsh, where fpath has ~/.zfunc' },
      { line: 'anchorwatch completion fish > ~/.config/fish/completions/anchorwatch.fish', does: 'fish' },
    ],
  },
};

/** What stands below the options of a command in its help. */
export function helpText({ about, examples, exits }: Help, width: number): string {
  return [
    ...(about === undefined ? [] : ['', ...wrap(about, width)]),
    '',
    'Examples:',
    ...examples.flatMap(({ line, does }) => [`  # ${does}`, `  ${line}`]),
    ...(exits === undefined ? [] : ['', ...wrap(`Exit codes: ${exits}`, width)]),
  ].join('\n');
}
