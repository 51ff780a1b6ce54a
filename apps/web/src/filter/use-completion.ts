import { type Completion, complete, type FieldCatalogue } from '@muster/query';
import { useEffect, useState } from 'react';
import { fleetValues } from './field-catalogue.ts';

const NOTHING: Completion = { from: 0, to: 0, items: [] };
const WAIT_MS = 80;

/** What can stand at the caret; an answer for a text that has changed since is thrown away. */
export function useCompletion(text: string, caret: number, catalogue: FieldCatalogue): Completion {
  const [completion, setCompletion] = useState(NOTHING);
  useEffect(() => {
    let isCurrent = true;
    const timer = window.setTimeout(() => {
      complete(text, caret, catalogue, fleetValues).then(
        (found) => isCurrent && setCompletion(found),
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
