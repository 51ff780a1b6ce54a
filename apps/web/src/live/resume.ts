import type { LiveMessage, LiveRequest } from '@muster/contracts';

/** What a view is opened again with after its socket was cut. */
export type Resume = { readonly after?: string; readonly samplesAfter?: number };

type ViewName = Extract<LiveRequest, { type: 'watch' }>['view'];

/** A view that has heard nothing yet: arrivals go on from where the log stood when the socket was opened. */
export function resumeFrom(view: { readonly view: ViewName }, position: string | undefined): Resume {
  return view.view === 'arrivals' && position !== undefined ? { after: position } : {};
}

/** What this message adds: the next socket asks for what comes after it. */
export function resumeAfter(message: LiveMessage): Resume {
  switch (message.type) {
    case 'devices':
      return { after: message.position };
    case 'arrival':
      return message.position === undefined ? {} : { after: message.position };
    case 'samples': {
      const last = message.samples.at(-1);
      return last ? { samplesAfter: last.at } : {};
    }
    default:
      return {};
  }
}
