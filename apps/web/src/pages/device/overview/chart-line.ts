/** One line of a chart. */
export type ChartLine = { readonly metric: string; readonly label: string };
