import { describe, expect, it } from '@jest/globals';
import { jsonLog } from '../../shared/adapters/json-log.ts';

function logged(
  level: 'info' | 'warn' | 'error',
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) {
  const lines: string[] = [];
  jsonLog((line) => lines.push(line))[level](message, fields);
  return lines;
}

describe('a line of the log', () => {
  it.each([
    ['info', 'INFO'],
    ['warn', 'WARNING'],
    ['error', 'ERROR'],
  ] as const)('%s has the severity that Cloud Logging knows', (level, severity) => {
    expect(logged(level, 'seen', { count: 2 })).toEqual([
      `{"count":2,"severity":"${severity}","message":"seen"}\n`,
    ]);
  });

  it('is one line, whatever is in it', () => {
    const forged = 'x\n{"severity":"CRITICAL","message":"all is lost"}';
    const [line = ''] = logged('info', forged, { name: forged });
    expect(line.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(line)).toEqual({ name: forged, severity: 'INFO', message: forged });
  });

  it('keeps its severity and its message, whatever fields say', () => {
    expect(JSON.parse(logged('error', 'failed', { severity: 'DEBUG', message: 'fine' })[0]!)).toEqual({
      severity: 'ERROR',
      message: 'failed',
    });
  });

  it.each<[string, Readonly<Record<string, unknown>>, object]>([
    ['a time', { at: 12n }, { at: '12' }],
    ['an error', { error: new Error('away') }, { error: 'away' }],
    ['nothing', { gone: undefined }, {}],
  ])('writes %s', (_what, fields, expected) => {
    expect(JSON.parse(logged('info', 'm', fields)[0]!)).toEqual({
      ...expected,
      severity: 'INFO',
      message: 'm',
    });
  });

  it('is written without what cannot be', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(logged('warn', 'odd', circle)).toEqual(['{"severity":"WARNING","message":"odd"}\n']);
  });

  it('tells its circumstances with every line, over whatever fields say', () => {
    const lines: string[] = [];
    const log = jsonLog(
      (line) => lines.push(line),
      () => ({ 'logging.googleapis.com/trace': 'projects/p/traces/1' }),
    );
    log.info('m', { 'logging.googleapis.com/trace': 'forged' });
    expect(JSON.parse(lines[0]!)).toEqual({
      'logging.googleapis.com/trace': 'projects/p/traces/1',
      severity: 'INFO',
      message: 'm',
    });
  });
});
