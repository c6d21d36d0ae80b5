import { describe, expect, it } from '@jest/globals';
import { dot } from '../../shared/explain/graph/dot.ts';
import { type Graph, GraphBuilder } from '../../shared/explain/graph/graph.ts';
import { type Box, layout } from '../../shared/explain/graph/layout.ts';
import { mermaid } from '../../shared/explain/graph/mermaid.ts';
import { graphOf } from '../../shared/explain/graph/of-explanation.ts';
import { svg } from '../../shared/explain/graph/svg.ts';
import { iam } from '../world.ts';
import { API, API_ASSET, ask, chain, PROJECT, worldOf } from './asking.ts';

const NASTY = '"><script>alert(1)</script>]; click n0 "x" \u202e`%%{init}%% &amp; \\" -->';

function nasty(): Graph {
  const graph = new GraphBuilder();
  const [a, b] = [graph.node('ksa', NASTY, { note: NASTY }), graph.node('account', `${NASTY}2`)];
  graph.edge(a, b, { label: NASTY, drift: true });
  return graph.build(NASTY);
}

/** A graph about as large as one is drawn: several KSAs on several accounts, roles, resources, and edges that jump columns. */
function large(seed: number): Graph {
  const graph = new GraphBuilder();
  let state = seed;
  const pick = (n: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state % n;
  };
  for (let i = 0; i < 8; i++)
    graph.node('ksa', `namespace-${i}/service-account-${i}`, { note: 'acme-prod.svc.id.goog' });
  for (let i = 0; i < 5; i++) graph.node('account', `account-${i}@acme-prod`);
  for (let i = 0; i < 9; i++) graph.node('role', `roles/some.role${i}`);
  for (let i = 0; i < 8; i++) graph.node('resource', `bucket:some-bucket-${i}`);
  for (let i = 0; i < 16; i++)
    graph.edge(`ksa:namespace-${pick(8)}/service-account-${pick(8)}`, `account:account-${pick(5)}@acme-prod`);
  for (let i = 0; i < 8; i++)
    graph.edge(`ksa:namespace-${i}/service-account-${i}`, `account:account-${pick(5)}@acme-prod`, {
      label: 'granted-only, not declared',
      drift: true,
    });
  for (let i = 0; i < 4; i++)
    graph.edge(`ksa:namespace-${i}/service-account-${i}`, `role:roles/some.role${pick(9)}`, {
      label: 'direct',
    });
  for (let i = 0; i < 9; i++)
    graph.edge(`account:account-${pick(5)}@acme-prod`, `role:roles/some.role${i}`, {
      label: 'not declared',
      drift: true,
    });
  for (let i = 0; i < 9; i++)
    graph.edge(`role:roles/some.role${i}`, `resource:bucket:some-bucket-${pick(8)}`);
  return graph.build('large');
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

describe('the drawing', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'keeps nodes and labels apart, and inside, with thirty nodes (%i)',
    (seed) => {
      const { nodes, edges, width, height } = layout(large(seed));
      const boxes: Box[] = [...nodes, ...edges.flatMap(({ label }) => label ?? [])];
      expect(nodes).toHaveLength(30);
      for (const [index, box] of boxes.entries()) {
        expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height).toBe(
          true,
        );
        for (const other of boxes.slice(index + 1)) expect(overlap(box, other)).toBe(false);
      }
    },
  );

  it('gives text the room it takes', () => {
    for (const { label, note, width } of layout(large(1)).nodes) {
      expect(width).toBeGreaterThan([...label].length * 7.2);
      expect(width).toBeGreaterThan([...(note ?? '')].length * 6.3);
    }
  });

  it('leads an edge that jumps a column through no node', () => {
    const { nodes, edges } = layout(large(3));
    for (const { edge, points } of edges) {
      for (const point of points.slice(1, -1)) {
        const through = nodes.filter(
          ({ node, x, y, width, height }) =>
            node.id !== edge.from &&
            node.id !== edge.to &&
            point.x > x &&
            point.x < x + width &&
            point.y > y &&
            point.y < y + height,
        );
        expect(through).toEqual([]);
      }
    }
  });

  it('has a viewBox, follows light and dark, and is well formed', () => {
    const text = svg(large(1));
    expect(text).toMatch(/^<svg [^>]*viewBox="0 0 \d+ \d+"/);
    expect(text).toContain('prefers-color-scheme: dark');
    expect(unbalanced(text)).toEqual([]);
  });

  it('shows text as text, whatever it says (law 6)', () => {
    const drawn = svg(nasty());
    expect(drawn).not.toContain('<script>');
    expect(drawn).not.toContain('\u202e');
    expect(unbalanced(drawn)).toEqual([]);
    const chart = mermaid(nasty());
    expect(chart.match(/["`<>\\]/g)?.filter((character) => character !== '"' && character !== '>')).toEqual(
      [],
    );
    expect(chart.split('\n').filter((line) => line.includes('click') && !line.includes('n0'))).toEqual([]);
    expect(chart).not.toMatch(/^\s*click/m);
    expect(
      dot(nasty())
        .replace(/\\\\|\\"/g, '')
        .match(/"/g)!.length % 2,
    ).toBe(0);
  });
});

describe('the graph of an explanation', () => {
  it('leads from the KSA through the account and its roles to the resources', () => {
    const world = worldOf();
    expect(mermaid(graphOf(chain(), world))).toBe(`flowchart LR
  n0(["payments/api · acme-prod.svc.id.goog"])
  n1["api@acme-prod"]
  n2{{"roles/cloudsql.client"}}
  n3[("project:acme-prod")]
  n4{{"roles/storage.objectViewer · under a condition"}}
  n5[("bucket:ledger")]
  n0 -->|"acts as"| n1
  n1 --> n2
  n2 --> n3
  n1 --> n4
  n4 --> n5
  style n0 stroke-width:3px
`);
  });

  it('dashes and labels what is not as declared', () => {
    const parts = {
      binding: [iam(API_ASSET, [])],
      project: [iam(PROJECT, [['roles/editor', `serviceAccount:${API}`]])],
    };
    const { edges } = graphOf(chain('payments/api', { parts }), worldOf({ parts }));
    expect(edges.filter(({ drift }) => drift === true).map(({ label }) => label ?? '')).toEqual([
      'binding missing',
      'not declared',
      '',
    ]);
  });

  it('can be drawn of whatever can be explained', () => {
    for (const words of [
      'payments/api',
      'deployment/payments/api',
      API,
      'bucket:ledger',
      'project:acme-prod',
    ]) {
      const graph = graphOf(ask(words), worldOf());
      expect(graph.nodes.length).toBeGreaterThan(1);
      expect(unbalanced(svg(graph))).toEqual([]);
      expect(dot(graph)).toMatch(/^digraph anchorwatch \{[\s\S]*\}\n$/);
    }
  });
});

/** Tags that do not close, in a text without comments and CDATA. */
function unbalanced(xml: string): readonly string[] {
  const open: string[] = [];
  for (const [, slash, name, rest] of xml.matchAll(/<(\/?)([A-Za-z]+)((?:[^<>"]|"[^"<]*")*)>/g)) {
    if (slash === '/') {
      if (open.pop() !== name) return [name!];
    } else if (rest?.endsWith('/') !== true) open.push(name!);
  }
  return open;
}
