export type { RawContext, RawRoute, Socket, SocketHandler } from './raw-route.ts';
export { ANONYMOUS, type Person, type RequestContext } from './request-context.ts';
