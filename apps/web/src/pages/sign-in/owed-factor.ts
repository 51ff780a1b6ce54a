import type { FactorTicket } from './password-form.tsx';

/** What a provider's sign-in still owes: the server leaves it behind #, where no other machine reads it. */
export function readOwedFactor(): FactorTicket | undefined {
  const owed = new URLSearchParams(window.location.hash.slice(1));
  const ticket = owed.get('ticket');
  return ticket ? { ticket, methods: (owed.get('methods') ?? '').split(',').filter(Boolean) } : undefined;
}

/** Takes a ticket that was read out of the address: neither history nor a copy of it should keep one. */
export function forgetOwedFactor(): void {
  if (!readOwedFactor()) return;
  const { pathname, search } = window.location;
  window.history.replaceState(window.history.state, '', `${pathname}${search}`);
}
