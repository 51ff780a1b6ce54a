type Tags = Readonly<Record<string, string>>;

/**
 * The tags by hand of a device that is to show these. A tag that a group gives it anyway is not set by hand for having
 * been sent along; one that was set by hand stays so.
 */
export function handSetTags(wanted: Tags, present: { readonly tags: Tags; readonly ruledTags: Tags }): Tags {
  return Object.fromEntries(
    Object.entries(wanted).filter(
      ([key, value]) => Object.hasOwn(present.tags, key) || present.ruledTags[key] !== value,
    ),
  );
}
