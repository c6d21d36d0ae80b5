/** Imports run one way (design 2), there is no circle, and time and environment come in by the door. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = ['shared', 'functions', 'cli', 'examples', 'build'];

interface Import {
  readonly from: string;
  /** A file of ours by its path, or a package by its name. */
  readonly to: string;
  readonly isOurs: boolean;
}

interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

const SOURCES: readonly Source[] = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => sourceAt(join(folder, file))),
);

function sourceAt(path: string): Source {
  const text = readFileSync(join(ROOT, path), 'utf8');
  // `import … from 'x'`, `export … from 'x'`, `import 'x'`, `import('x')`: the formatter has put all of them in this shape.
  const found = text.matchAll(
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom '([^']+)'|^\s*import '([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  const imports = [...found].map((match) => {
    const name = match[1] ?? match[2] ?? match[3] ?? '';
    const isOurs = name.startsWith('.');
    return { from: path, to: isOurs ? normalize(join(path, '..', name)) : name, isOurs };
  });
  return { path, text, imports };
}

/** `shared/model/time.ts` is of `model`, `shared/ports.ts` of `ports`, `cli/exit.ts` of `cli`. */
function layerOf(path: string): string {
  const [top = '', second = ''] = path.split(sep);
  return top === 'shared' ? second.replace(/\.ts$/, '') : top;
}

const VALUES = ['model'];
const ENGINE = ['detectors', 'inventory', 'policy', 'conditions', 'roles', ...VALUES];
const STORY = ['alerts', 'report', 'findings', ...ENGINE];

/** What each folder may import besides itself. A new folder says here where it stands. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: [],
  decode: VALUES,
  policy: VALUES,
  roles: VALUES,
  conditions: VALUES,
  inventory: ['policy', 'conditions', 'roles', ...VALUES],
  detectors: ['inventory', 'policy', 'conditions', 'roles', ...VALUES],
  findings: ENGINE,
  ports: ENGINE,
  alerts: ['findings', 'ports', ...ENGINE],
  // `alerts` for its text, which makes what comes from the cloud harmless.
  report: ['alerts', 'explain', 'keys', 'findings', 'ports', ...ENGINE],
  explain: ['findings', ...ENGINE],
  keys: ['explain', 'policy-writer', 'findings', ...ENGINE],
  diff: ['alerts', 'findings', 'ports', ...ENGINE],
  // Two scans of what decode reads, and the difference.
  check: ['pipeline', 'decode', ...STORY],
  'policy-writer': ['findings', ...ENGINE],
  doctor: ['pipeline', 'explain', 'ports', ...STORY],
  slack: VALUES,
  // What a deployment is fed by, from what detectors declare and decode reads.
  deployment: ['detectors', 'decode', 'ports', ...VALUES],
  pipeline: ['decode', 'slack', 'ports', ...STORY],
  'policy-test': ['pipeline', 'decode', ...STORY],
  // `policy-file` reads a policy, and a policy names detectors.
  adapters: ['ports', ...ENGINE],
  functions: ['pipeline', 'slack', 'ports', 'decode', ...STORY],
};
/** Those who put things together. */
const ASSEMBLERS = ['cli', 'examples', 'build'];
/** The wiring, and its two rooms: what reads the cloud, and what reads the watch itself. */
const MAY_IMPORT_ADAPTERS = /^(functions\/(wiring|cloud|own)\.ts|cli\/.*|examples\/.*)$/;

/** The package itself is imported for its version, and is no source. */
const OURS = SOURCES.flatMap((source) => source.imports).filter(
  ({ isOurs, to }) => isOurs && to !== 'package.json',
);

describe('imports', () => {
  it('are found at all', () => {
    expect(SOURCES.length).toBeGreaterThan(150);
    expect(OURS.length).toBeGreaterThan(500);
  });

  it('lead to files that are there', () => {
    const paths = new Set(SOURCES.map(({ path }) => path));
    expect(OURS.filter(({ to }) => !paths.has(to))).toEqual([]);
  });

  it('run one way', () => {
    const wrong = OURS.filter(({ from, to }) => {
      const [layer, other] = [layerOf(from), layerOf(to)];
      if (layer === other || ASSEMBLERS.includes(layer)) return other === 'examples' && layer !== 'examples';
      if (other === 'adapters' && MAY_IMPORT_ADAPTERS.test(from)) return false;
      return !(MAY_IMPORT[layer] ?? []).includes(other);
    });
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  it('touch adapters from the wiring and the command line only', () => {
    const wrong = OURS.filter(
      ({ from, to }) =>
        layerOf(to) === 'adapters' && layerOf(from) !== 'adapters' && !MAY_IMPORT_ADAPTERS.test(from),
    );
    expect(wrong).toEqual([]);
  });

  it('make no circle', () => {
    expect(circles()).toEqual([]);
  });

  it('lead the model nowhere: it is made of itself', () => {
    const all = SOURCES.filter(({ path }) => layerOf(path) === 'model').flatMap((source) => source.imports);
    expect(all.length).toBeGreaterThan(0);
    expect(all.filter(({ to, isOurs }) => !isOurs || layerOf(to) !== 'model')).toEqual([]);
  });

  it('keep the engine free of the outside world', () => {
    const engine = [
      'roles',
      'conditions',
      'inventory',
      'detectors',
      'findings',
      'alerts',
      'explain',
      'keys',
      'report',
      'diff',
      'check',
      'check',
      'slack',
      'deployment',
      'pipeline',
    ];
    const outside = SOURCES.filter(({ path }) => engine.includes(layerOf(path)))
      .flatMap((source) => source.imports)
      // They compute, and touch nothing.
      .filter(
        ({ to, isOurs }) =>
          !isOurs && !['node:crypto', 'node:zlib', 'zod', 'croner', '@marcbachmann/cel-js'].includes(to),
      );
    expect(outside).toEqual([]);
  });
});

describe('time and environment', () => {
  it.each([
    ['process.env', /\bprocess\.env\b/],
    ['the time of day', /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b/],
    ['chance', /\bMath\.random\b|\brandomUUID\b/],
  ])('%s is read by adapters only, within shared/', (_what, pattern) => {
    const readers = SOURCES.filter(({ path }) => path.startsWith('shared') && layerOf(path) !== 'adapters')
      .filter(({ text }) => pattern.test(text))
      .map(({ path }) => path);
    expect(readers).toEqual([]);
  });
});

/** Depth first; gives each circle that is met, as the files along it. */
function circles(): readonly string[] {
  const nexts = new Map(
    SOURCES.map(({ path, imports }) => [path, imports.filter((i) => i.isOurs).map((i) => i.to)]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, above: readonly string[]): void => {
    if (above.includes(path)) {
      found.push([...above.slice(above.indexOf(path)), path].map((file) => relative('.', file)).join(' -> '));
      return;
    }
    if (done.has(path)) return;
    for (const next of nexts.get(path) ?? []) visit(next, [...above, path]);
    done.add(path);
  };
  for (const { path } of SOURCES) visit(path, []);
  return found;
}
