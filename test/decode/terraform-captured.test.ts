import { describe, expect } from '@jest/globals';
import { decodeMessage } from '../../shared/decode/decode.ts';
import { decodeTerraform } from '../../shared/decode/terraform/decode-terraform.ts';
import type { Decoded } from '../../shared/model/decoded.ts';
import { fixtureFiles, fixtures, itOnFixtures } from '../fixtures.ts';
import { RECEIVED_AT } from './payloads.ts';

const FOLDER = 'terraform-validator';
/** As the tool that made the pairs was given it. */
const CONTEXT = { receivedAt: RECEIVED_AT, project: '{{.Provider.project}}' };

/** Grants on something whose name or policy is made at random: the paired assets have a placeholder for it, and we have nothing. */
const UNKNOWN = new Map([
  ['example_folder_iam_member_empty_folder', 'terraform grant on something known only after apply'],
  ['example_project_iam_member_empty_project', 'terraform grant on something known only after apply'],
  ['example_storage_bucket_iam_member_random_suffix', 'terraform grant on something known only after apply'],
  ['example_bigquery_dataset_iam_policy_empty_policy_data', 'terraform policy known only after apply'],
]);

function planned(name: string): readonly Decoded[] {
  return fixtures(`${FOLDER}/plan/${name}.tfplan.json`).flatMap(
    (json) => decodeTerraform(json, CONTEXT).decoded,
  );
}

function grantsIn(answers: readonly Decoded[]): readonly string[] {
  const states = answers.flatMap((answer) => (answer.kind === 'news' ? answer.observations : []));
  const grants = states.flatMap((state) =>
    state.kind === 'policy'
      ? state.grants
      : state.kind === 'policy-delta'
        ? state.changes.map(({ grant }) => grant)
        : [],
  );
  // Some plans have `folders/` within the placeholder for the folder, some before it.
  const texts = grants.map(({ resource, role, member }) =>
    `${role} ${member} on ${resource}`.replace('folders/{{', '{{'),
  );
  return [...new Set(texts)].sort();
}

function names(): readonly string[] {
  return fixtureFiles(`${FOLDER}/plan`).map((path) => /([^/]+)\.tfplan\.json$/.exec(path)![1]!);
}

describe('terraform-validator: plans that Terraform printed', () => {
  itOnFixtures('all of them are read, and nothing in them is broken', () => {
    expect(names()).toHaveLength(55);
    const answers = names().flatMap(planned);
    expect(answers.filter(({ kind }) => kind === 'malformed')).toEqual([]);
    expect(answers.filter(({ kind }) => kind === 'news')).toHaveLength(72);
  });

  itOnFixtures('the grants of each are those of the asset it became, on the same resource', () => {
    let grants = 0;
    for (const name of names().filter((one) => !UNKNOWN.has(one))) {
      const assets = fixtures(`${FOLDER}/cai/${name}.json`).map((asset) => decodeMessage(asset, CONTEXT));
      const expected = grantsIn(assets);
      expect([name, grantsIn(planned(name))]).toEqual([name, expected]);
      grants += expected.length;
    }
    expect(grants).toBeGreaterThan(50);
  });

  itOnFixtures('what is known only after apply is left out, and says so', () => {
    for (const [name, why] of UNKNOWN) {
      expect(grantsIn(planned(name))).toEqual([]);
      const reasons = planned(name).flatMap((answer) => (answer.kind === 'news' ? [] : [answer.why]));
      expect(reasons).toContainEqual(expect.stringContaining(why));
    }
  });

  itOnFixtures('without the project it was given, nothing is put in its place', () => {
    const answers = names().flatMap((name) =>
      fixtures(`${FOLDER}/plan/${name}.tfplan.json`).flatMap(
        (json) => decodeTerraform(json, { receivedAt: RECEIVED_AT }).decoded,
      ),
    );
    expect(answers.filter(({ kind }) => kind === 'malformed')).toEqual([]);
    for (const grant of grantsIn(answers))
      expect(grant).not.toMatch(/undefined|projects\/\/|projects\/-\/(?!service)/);
  });

  itOnFixtures('an account has the e-mail that its asset has', () => {
    const emails = (answers: readonly Decoded[]) =>
      answers
        .flatMap((answer) => (answer.kind === 'news' ? answer.observations : []))
        .flatMap((state) =>
          state.kind === 'resource' && state.facts.type === 'service-account' ? [state.facts.email] : [],
        );
    for (const name of ['example_service_account', 'example_service_account_update']) {
      const assets = fixtures(`${FOLDER}/cai/${name}.json`).map((asset) => decodeMessage(asset, CONTEXT));
      expect(emails(planned(name))).toEqual(emails(assets));
      expect(emails(assets)).toHaveLength(1);
    }
  });
});
