import { QueryCache, QueryClient } from '@tanstack/react-query';
import { isUnauthenticated, toFailure } from './problem.ts';

/** Where to go when the session has ended; set by whoever owns the router. */
let onSignedOut: () => void = () => {};

/** Says what happens when the server answers that nobody is signed in. */
export function whenSignedOut(go: () => void): void {
  onSignedOut = go;
}

/** Where to go when a role demands a second factor that the person has not; set by whoever owns the router. */
let onFactorMissing: () => void = () => {};

/** Says what happens when the server lets a person do nothing but set up a second factor. */
export function whenFactorMissing(go: () => void): void {
  onFactorMissing = go;
}

/** Faults that another try may mend; everything else is told at once. */
const PASSING = new Set(['unreachable', 'unavailable', 'timeout']);

/** Server data of the whole console. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (isUnauthenticated(error)) onSignedOut();
      if (toFailure(error).code === 'factor_setup_required') onFactorMissing();
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
