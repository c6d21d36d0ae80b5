/** The heartbeat as Scheduler pushes it, and under which trace it is logged. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { inTraceOf, traceFields } from '../../functions/trace.ts';
import { watchSettings } from '../../functions/watch-settings.ts';
import { ownParts } from '../../shared/adapters/own-parts.ts';
import { startOwnPartsServer } from '../own-parts-server.ts';
import { type Served, serve } from './serving.ts';

const FEED = 'organizations/1/feeds/f';
const WATCH = {
  feeds: [
    {
      name: FEED,
      assetTypes: ['iam.googleapis.com/Role'],
      content: 'RESOURCE',
      topic: 'projects/p/topics/t',
    },
  ],
};

describe('the function', () => {
  let served: Served;
  afterEach(() => served.close());

  it('reads what the watch is made of, and finds what is not as it was deployed', async () => {
    const server = await startOwnPartsServer();
    served = await serve({
      watch: watchSettings({ ANCHORWATCH_WATCH: JSON.stringify(WATCH) })?.watch,
      own: { ownParts: ownParts({ rootUrl: server.url, longestWaitMillis: 1 }) },
    });
    const answer = await served.post('/heartbeat', {});
    expect(answer.status).toBe(204);
    expect(await served.about('self-feed-tampered')).toMatchObject([
      { state: 'open', title: 'The feed f is gone' },
    ]);
    await server.close();
  });

  it('fails, to come again, where it was given nothing to look with', async () => {
    served = await serve();
    expect((await served.post('/heartbeat', {})).status).toBe(500);
    expect(served.lines.join()).toContain('nothing to look at the watch itself with');
  });
});

describe('the trace of a request', () => {
  const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
  const within = (headers: Readonly<Record<string, string>>, project?: string) =>
    inTraceOf({ get: ((name: string) => headers[name]) as never }, async () => traceFields(project));

  it.each<[string, Readonly<Record<string, string>>]>([
    ['traceparent', { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` }],
    ['X-Cloud-Trace-Context', { 'x-cloud-trace-context': `${TRACE}/1;o=1` }],
  ])('is taken from %s, for all that is logged meanwhile', async (_header, headers) => {
    expect(await within(headers, 'acme-sec')).toEqual({
      'logging.googleapis.com/trace': `projects/acme-sec/traces/${TRACE}`,
    });
    expect(await within(headers)).toEqual({ 'logging.googleapis.com/trace': TRACE });
  });

  it.each([{}, { traceparent: 'x' }, { 'x-cloud-trace-context': '"}\n{"severity":"INFO"' }])(
    'is none where the headers are none: %j',
    async (headers) => {
      expect(await within(headers, 'acme-sec')).toEqual({});
    },
  );

  it('is over with the request', () => {
    expect(traceFields('acme-sec')).toEqual({});
  });
});
