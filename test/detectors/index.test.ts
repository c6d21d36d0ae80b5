import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { Detector } from '../../shared/detectors/detector.ts';
import { ALL_DETECTORS, DETECTORS } from '../../shared/detectors/index.ts';

const filesOf = (folder: string): readonly string[] =>
  readdirSync(fileURLToPath(new URL(folder, import.meta.url)))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.slice(0, -'.ts'.length));

function isDetector(value: unknown): value is Detector {
  return typeof value === 'object' && value !== null && 'detect' in value && 'id' in value;
}

const exported = (
  await Promise.all(
    filesOf('../../shared/detectors')
      .filter((file) => file !== 'index')
      .map(async (file) => {
        const module: object = await import(`../../shared/detectors/${file}.ts`);
        return Object.entries(module).flatMap(([name, value]: [string, unknown]) =>
          isDetector(value) ? [{ file, name, detector: value }] : [],
        );
      }),
  )
).flat();
const ids = ALL_DETECTORS.map(({ id }) => id);

describe('the list of detectors', () => {
  it('has every detector of the folder, once', () => {
    expect([...ids].sort()).toEqual(exported.map(({ detector }) => detector.id).sort());
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(exported.map(({ detector }) => detector))).toEqual(new Set(ALL_DETECTORS));
  });

  it('has each under the kind of subject that it judges', () => {
    for (const [kind, detectors] of Object.entries(DETECTORS))
      expect(detectors.map(({ subject }) => subject)).toEqual(detectors.map(() => kind));
  });
});

describe.each(exported)('$file', ({ file, name, detector }) => {
  it('is called like its file, and is all that this exports under its name', () => {
    expect(detector.id).toBe(file);
    expect(name).toBe(file.replace(/-([a-z])/g, (_all, letter: string) => letter.toUpperCase()));
    expect(exported.filter((one) => one.file === file)).toHaveLength(1);
  });

  it('has a test', () => {
    expect(filesOf('.')).toContain(`${file}.test`);
  });

  it('says what it finds and why that matters, in whole words', () => {
    expect(detector.title).toMatch(/^[A-Z].{9,}[^.]$/);
    expect(detector.about).toMatch(/^[A-Z].{39,}\.$/);
  });

  it('names the controls it supports, each with framework, version, number and title', () => {
    expect(detector.controls.length).toBeGreaterThan(0);
    for (const control of detector.controls) {
      for (const part of [control.framework, control.version, control.id, control.title])
        expect(part).not.toBe('');
    }
  });

  it('says what it has to be fed', () => {
    const { assetTypes, methods, uses = [], except } = detector.sources;
    // What is known of the watch itself the heartbeat tells.
    if (detector.subject !== 'watch')
      expect(assetTypes.length + methods.length + uses.length).toBeGreaterThan(0);
    for (const { type } of assetTypes) expect(type).toMatch(/^(\*|[a-z0-9.]+\/[A-Za-z]+)$/);
    for (const method of methods) expect(method).toMatch(/^[A-Za-z0-9_.(|)*]+$/);
    // What is excepted is excepted by its very pattern.
    for (const method of except?.methods ?? []) expect(methods).toContain(method);
  });

  it('mutes only other detectors of the same subject, and none that mutes it', () => {
    for (const muted of detector.mutes ?? []) {
      const other = ALL_DETECTORS.find(({ id }) => id === muted);
      expect(other?.subject).toBe(detector.subject);
      expect(muted).not.toBe(detector.id);
      expect(other?.mutes ?? []).not.toContain(detector.id);
    }
  });
});
