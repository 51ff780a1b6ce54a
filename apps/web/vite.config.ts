import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig(({ command }) => {
  // Whoever starts the server may have another environment set, as a test runner has; a bundle is for production.
  if (command === 'build') process.env.NODE_ENV = 'production';
  return {
    plugins: [react()],
    build: {
      target: 'es2023',
      // Inlined files would be data: URLs, which the content security policy refuses for fonts.
      assetsInlineLimit: 0,
      reportCompressedSize: false,
    },
  };
});
