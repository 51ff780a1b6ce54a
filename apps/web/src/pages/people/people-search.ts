type Search = Readonly<Record<string, unknown>>;

/** What is looked for among people. */
export type PeopleSearch = { search?: string | undefined };

export function readPeopleSearch({ search }: Search): PeopleSearch {
  return typeof search === 'string' && search !== '' ? { search } : {};
}

/** About whom the page tells what they may do, and on which device; without a person about whoever asks. */
export type RightsSearch = { user?: string | undefined; device?: string | undefined };

export function readRightsSearch({ user, device }: Search): RightsSearch {
  return {
    ...(typeof user === 'string' ? { user } : {}),
    ...(typeof device === 'string' ? { device } : {}),
  };
}
