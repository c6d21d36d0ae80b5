import type { InputItem, Problem } from './item.ts';

const SHOWN = 3;

/** Joins a long run of what is neither JSON nor YAML: a file of another kind is one mistake, however many lines it has. */
export async function* withoutFloods(items: AsyncIterable<InputItem>): AsyncGenerator<InputItem> {
  let run: Problem[] = [];
  let length = 0;
  for await (const item of items) {
    if ('problem' in item && (item.problem.kind === 'not-json' || item.problem.kind === 'not-yaml')) {
      length++;
      if (length <= SHOWN) run.push(item.problem);
      continue;
    }
    yield* told(run, length);
    run = [];
    length = 0;
    yield item;
  }
  yield* told(run, length);
}

function* told(run: readonly Problem[], length: number): Generator<InputItem> {
  for (const [index, problem] of run.entries()) {
    const more = index === SHOWN - 1 ? length - SHOWN : 0;
    yield {
      problem:
        more === 0 ? problem : { ...problem, message: `${problem.message} (and ${more} more right after)` },
    };
  }
}
