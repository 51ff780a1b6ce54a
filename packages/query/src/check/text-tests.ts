import { suggest } from '../catalogue/suggest.ts';
import { refuse, type Span } from '../error.ts';
import { fold } from '../values/fold.ts';
import { containing, type Glob, globOf, hasWildcard } from '../values/glob.ts';
import type { ValueTest } from '../values/value-test.ts';
import { wordsOf } from '../values/words.ts';
import { badValue, refuseValue, type Use, wrongOperator } from './use.ts';

/* Bounds on what one value may cost the database: wildcards, and characters of a search for words. */
const MOST_WILDCARDS = 16;
const LONGEST_WORDS = 256;

const OPERATORS = '`=`, `!=`, `~` (contains), `:` (has the word), `in` and `not in`';

/** Tests of text and of a map's entries: without regard to case. */
export function textTest(use: Use): ValueTest {
  switch (use.operator) {
    case '=':
      return equalityTest(use);
    case '~':
      return { type: 'like', glob: containing(patternOf(use)) };
    case ':':
      return wordTest(use);
    default:
      throw wrongOperator(use, OPERATORS);
  }
}

/** The pattern of a value: wildcards where it is unquoted, case folded. */
export function patternOf({ value }: Pick<Use, 'value'>): Glob {
  const text = fold(value.text);
  return value.quoted ? [{ type: 'literal', text }] : boundedGlob(text, value.span);
}

function boundedGlob(text: string, span: Span): Glob {
  const glob = globOf(text);
  if (glob.filter(({ type }) => type !== 'literal').length <= MOST_WILDCARDS) return glob;
  const advice = `a value has at most ${MOST_WILDCARDS}; quote it if they are meant as text`;
  throw refuse({ code: 'bad_value', what: 'there are too many wildcards', span, advice });
}

/** Equality, or a pattern where unquoted wildcards are used. */
function equalityTest(use: Use): ValueTest {
  const isPattern = !use.value.quoted && hasWildcard(use.value.text);
  if (isPattern) return { type: 'like', glob: patternOf(use) };
  return { type: 'same-folded', values: [fold(use.value.text)] };
}

function wordTest(use: Use): ValueTest {
  const words = wordsOf(fold(use.value.text), !use.value.quoted);
  if (words === '') throw badValue(use, 'it holds no word; use `~` to look for punctuation');
  if (words.length > LONGEST_WORDS) {
    throw badValue(use, `words to look for have at most ${LONGEST_WORDS} characters; use \`~\` for more`);
  }
  return {
    type: 'words',
    glob: use.value.quoted ? [{ type: 'literal', text: words }] : boundedGlob(words, use.value.span),
  };
}

/** Tests of one out of a fixed list; a word of a list is the value itself. */
export function enumTest(use: Use): ValueTest {
  const { operator, value, field } = use;
  if (operator === '~') return { type: 'like', glob: containing(patternOf(use)) };
  if (operator !== '=' && operator !== ':') throw wrongOperator(use, OPERATORS);
  if (!value.quoted && hasWildcard(value.text)) return { type: 'like', glob: patternOf(use) };
  const found = valueNamed(use);
  if (found !== undefined) return { type: 'same', values: [found] };
  const values = field.values ?? [];
  const meant = suggest(value.text, values);
  const listed = `it is one of ${values.slice(0, 20).join(', ')}${values.length > 20 ? ', …' : ''}`;
  const advice = meant === undefined ? listed : `did you mean \`${meant}\`? (${listed})`;
  throw refuseValue(use, { code: 'unknown_value', advice, replacement: meant });
}

/** The listed value that is written, in any case. */
export function valueNamed({ field, value }: Pick<Use, 'field' | 'value'>): string | undefined {
  return field.values?.find((candidate) => fold(candidate) === fold(value.text));
}
