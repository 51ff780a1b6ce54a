/** Keeps what is typed while something opens that will take it, so that no page takes it for keys of its own. */
function createEarlyKeys() {
  let typed = '';
  const keep = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Backspace') typed = typed.slice(0, -1);
    else if (event.key.length === 1) typed += event.key;
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return {
    begin: () => {
      typed = '';
      window.addEventListener('keydown', keep, true);
    },
    /** What was typed since the beginning; from now on keys go where they always go. */
    end: () => {
      window.removeEventListener('keydown', keep, true);
      const all = typed;
      typed = '';
      return all;
    },
  };
}

/** Of the command palette. */
export const earlyKeys = createEarlyKeys();
