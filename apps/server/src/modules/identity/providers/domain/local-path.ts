/** Where nobody knows better. */
const HOME = '/devices';
const HERE = 'http://console.invalid';

/** The path within this console that was wished for; whatever would lead elsewhere becomes its first page. */
export function localPath(wished: string | null | undefined): string {
  if (
    !wished ||
    wished.length > 2_000 ||
    !/^\/(?![/\\])[^\\\s]*$/.test(wished) ||
    !URL.canParse(wished, HERE)
  )
    return HOME;
  const { origin, pathname, search, hash } = new URL(wished, HERE);
  // Dots may fold into what browsers take for another host.
  return origin === HERE && !pathname.startsWith('//') ? `${pathname}${search}${hash}` : HOME;
}
