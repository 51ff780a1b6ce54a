export * from './catalogue.ts';
export * from './define-event.ts';
