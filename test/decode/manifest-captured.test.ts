import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from '@jest/globals';
import { decodeValue, type ValueRead } from '../../shared/decode/input/decode-value.ts';
import { type Problem, readInput } from '../../shared/decode/input/read-input.ts';
import { decodeManifest } from '../../shared/decode/manifest/decode-manifest.ts';
import type { Decoded } from '../../shared/model/decoded.ts';
import { fixturePath, fixtures, itOnFixtures } from '../fixtures.ts';
import { CONTEXT } from './payloads.ts';

interface Folder {
  readonly reads: readonly ValueRead[];
  readonly problems: readonly Problem[];
}

/** Every YAML file below a folder, and no JSON. */
async function manifests(folder: string): Promise<Folder> {
  const paths = readdirSync(fixturePath(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  const reads: ValueRead[] = [];
  const problems: Problem[] = [];
  for await (const item of readInput(paths.sort())) {
    if ('value' in item) reads.push(decodeValue(item, CONTEXT));
    if ('problem' in item) problems.push(item.problem);
  }
  return { reads, problems };
}

/** The service accounts, each with its annotation where it carries one. */
function accounts(answers: readonly Decoded[]): readonly string[] {
  const states = answers.flatMap((answer) => (answer.kind === 'news' ? answer.observations : []));
  return states
    .flatMap((state) =>
      state.kind === 'resource' && state.facts.type === 'kubernetes-service-account'
        ? [`${state.facts.namespace}/${state.facts.name} ${state.facts.annotation ?? ''}`]
        : [],
    )
    .sort();
}

describe('manifests of production', () => {
  for (const [folder, count, annotated] of [
    ['oss-test-infra', 19, 19],
    ['istio-test-infra', 32, 32],
    ['knative-infra', 22, 15],
  ] as const) {
    itOnFixtures(`${folder}: the annotations are those that were taken from it`, async () => {
      const { reads, problems } = await manifests(`${folder}/manifests`);
      const known = fixtures(`${folder}/kubernetes_service_accounts.json`).flatMap(
        (object) => decodeManifest(object, CONTEXT).decoded,
      );
      expect(problems).toEqual([]);
      const found = accounts(reads.flatMap(({ decoded }) => decoded));
      expect(found).toEqual(accounts(known));
      expect(found).toHaveLength(count);
      expect(found.filter((account) => account.includes('@'))).toHaveLength(annotated);
    });
  }
});

describe('samples of Google', () => {
  const FOLDERS = [
    'k8s-config-connector',
    'bank-of-anthos',
    'microservices-demo',
    'terraform-google-kubernetes-engine',
    'cloud-foundation-fabric',
    'professional-services',
    'k8s-io',
  ];

  for (const folder of FOLDERS) {
    itOnFixtures(`${folder}: every document is news or says why it is none`, async () => {
      const { reads, problems } = await manifests(folder);
      const answers = reads.flatMap(({ decoded }) => decoded);
      for (const answer of answers) if (answer.kind !== 'news') expect(answer.why).not.toBe('');
      for (const { kind, line, column } of problems) {
        expect(kind).toBe('not-yaml');
        expect([line, column]).toEqual([expect.any(Number), expect.any(Number)]);
      }
    });
  }

  itOnFixtures('k8s-config-connector: the account of Workload Identity, its policy and its KSA', async () => {
    const { reads } = await manifests(
      'k8s-config-connector/config/samples/resources/iampolicy/workload-identity-policy',
    );
    // The samples leave the project to the namespace: nothing is guessed.
    expect(reads.flatMap(({ decoded }) => decoded).map(({ kind }) => kind)).toEqual([
      'ignored',
      'ignored',
      'news',
    ]);
    expect(accounts(reads.flatMap(({ decoded }) => decoded))).toEqual([
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the sample's own placeholder
      'default/iampolicy-dep-workloadidentity iampolicy-dep-workloadidentity@${PROJECT_ID?}.iam.gserviceaccount.com',
    ]);
  });
});
