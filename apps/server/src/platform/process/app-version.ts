import manifest from '../../../package.json' with { type: 'json' };

/** Version of this server, `major.minor.patch`. */
export const APP_VERSION: string = manifest.version;
