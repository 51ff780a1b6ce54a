import { type ChangeEvent, useEffect, useRef, useState } from 'react';

const REST_MS = 250;

/**
 * An input whose text is told when typing rests: what is asked with it costs the server some work. It shows what is
 * typed until that is told, or until the text comes to be another by other means.
 */
export function useTyped(text: string, onRest: (text: string) => void) {
  const [typed, setTyped] = useState<{ readonly now: string; readonly over: string }>();
  const timer = useRef<number>(undefined);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const rest = (now: string) => {
    window.clearTimeout(timer.current);
    timer.current = undefined;
    onRest(now.trim());
  };
  const isOwn = typed !== undefined && (text === typed.over || text === typed.now.trim());
  return {
    value: isOwn ? typed.now : text,
    onChange: ({ currentTarget: { value: now } }: ChangeEvent<HTMLInputElement>) => {
      setTyped({ now, over: text });
      window.clearTimeout(timer.current);
      timer.current = window.setTimeout(() => rest(now), REST_MS);
    },
    onBlur: () => {
      if (typed && timer.current !== undefined) rest(typed.now);
      setTyped(undefined);
    },
  };
}
