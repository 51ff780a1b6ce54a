/** Hands text to the browser as a download. */
export function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Browsers read the URL after the click has returned.
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
