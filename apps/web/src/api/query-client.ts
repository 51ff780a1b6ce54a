import { QueryCache, QueryClient } from '@tanstack/react-query';
import { isUnauthenticated, toFailure } from './problem.ts';

/** Where to go when the session has ended; set by whoever owns the router. */
let onSignedOut: () => void = () => {};

/** Says what happens when the server answers that nobody is signed in. */
export function whenSignedOut(go: () => void): void {
  onSignedOut = go;
}

/** Faults that another try may mend; everything else is told at once. */
const PASSING = new Set(['unreachable', 'unavailable', 'timeout']);

/** Server data of the whole console. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (isUnauthenticated(error)) onSignedOut();
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: true,
      retry: (count, error) => count < 2 && PASSING.has(toFailure(error).code),
    },
  },
});
