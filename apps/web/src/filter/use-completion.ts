import { type Completion, complete, type FieldCatalogue } from '@muster/query';
import { useEffect, useState } from 'react';
import { fleetValues } from './field-catalogue.ts';

const NOTHING = { from: 0, to: 0, items: [], of: '' };
const WAIT_MS = 80;

/**
 * What can stand at the caret. Until the answer for a changed text is there, the one before stays on the screen; `of` is
 * the text that it belongs to.
 */
export function useCompletion(text: string, caret: number, catalogue: FieldCatalogue) {
  const [completion, setCompletion] = useState<Completion & { readonly of: string }>(NOTHING);
  useEffect(() => {
    let isCurrent = true;
    const timer = window.setTimeout(() => {
      complete(text, caret, catalogue, fleetValues).then(
        (found) => isCurrent && setCompletion({ ...found, of: text }),
        () => isCurrent && setCompletion(NOTHING),
      );
    }, WAIT_MS);
    return () => {
      isCurrent = false;
      window.clearTimeout(timer);
    };
  }, [text, caret, catalogue]);
  return completion;
}
