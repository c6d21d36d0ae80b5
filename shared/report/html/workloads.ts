import type { ClusterCoverage, Report, WorkloadCounts } from '../report.ts';
import { legend, shareBar } from './chart.ts';
import { flag } from './marks.ts';
import { type Html, html, type Part } from './markup.ts';
import type { Section } from './section.ts';
import { table } from './table.ts';
import { plural } from './words.ts';

const PARTS = [
  ['workloadIdentity', 'wi', 'on Workload Identity'],
  ['nodeIdentity', 'node', 'on the account of the node'],
  ['keys', 'keyed', 'on a key'],
  ['noCloudIdentity', 'no-cloud', 'nobody in the cloud'],
  ['unknown', 'unknown', 'not known'],
] as const;

export function workloadsSection({ workloads }: Report): Section {
  const { total, clusters } = workloads;
  return {
    id: 'workloads',
    title: 'Workload Identity coverage',
    of: 'organisation',
    lead:
      total.workloads === 0
        ? `No workload was seen in ${plural(clusters.length, 'cluster')}: what they run as is not known.`
        : `${plural(total.workloads, 'workload')} in ${plural(clusters.length, 'cluster')}. Each is counted once: one that carries a key counts as on a key, whatever else it has.`,
    body: html`${shareBar(sharesOf(total))}${legend(PARTS.map(([, kind, title]) => ({ kind, title })))}
${table({
  caption: 'Workloads by cluster and namespace',
  columns: [
    { title: 'Where' },
    { title: 'In the cluster' },
    { title: 'Node pools' },
    ...countColumns(),
    { title: 'Share' },
  ],
  rows: [
    ...clusters.flatMap((cluster) => [
      { cells: clusterCells(cluster) },
      ...cluster.namespaces.map(({ namespace, counts }) => ({
        cells: [html`<span class="inner">${namespace}</span>`, undefined, undefined, ...countCells(counts)],
      })),
    ]),
    { cells: [html`<b>All</b>`, undefined, undefined, ...countCells(total)] },
  ],
  empty: '',
})}`,
  };
}

function countColumns() {
  return PARTS.map(([, , title]) => ({ title, number: true as const }));
}

function countCells(counts: WorkloadCounts): readonly Part[] {
  return [...PARTS.map(([key]) => counts[key]), shareBar(sharesOf(counts))];
}

function clusterCells({
  cluster,
  workloadIdentity,
  autopilot,
  nodePools,
  counts,
}: ClusterCoverage): readonly Part[] {
  const [, project = '', , location = '', , name = cluster] = cluster.split('/');
  return [
    html`<span class="name">${name}</span><span class="sub">${project}, ${location}</span>`,
    workloadIdentity === 'on'
      ? flag('on', 'good')
      : workloadIdentity === 'off'
        ? flag('off', 'bad')
        : flag('not known', 'unsure'),
    autopilot ? 'Autopilot' : poolsText(nodePools),
    ...countCells(counts),
  ];
}

function poolsText({ total, metadataServer, without, unknown }: ClusterCoverage['nodePools']): Html {
  if (total === 0) return html`<span class="quiet">none seen</span>`;
  return html`${metadataServer} of ${total} with the metadata server${without === 0 ? undefined : html`, ${flag(`${without} without`, 'bad')}`}${
    unknown === 0 ? undefined : html`, ${unknown} not known`
  }`;
}

function sharesOf(counts: WorkloadCounts) {
  return PARTS.map(([key, kind, title]) => ({ kind, title, count: counts[key] }));
}
