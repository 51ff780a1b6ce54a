import type { Places } from '../../os.ts';

/** The daemon's name for launchd. */
export const DAEMON_LABEL = 'io.muster.agent';
/** What the agent says; the agent itself keeps it from growing without end. */
export const DAEMON_LOG = '/var/log/muster-agent.log';

/**
 * The property list (launchd.plist(5)). launchd passes on none of a person's environment; the working folder belongs to
 * root alone. `AbandonProcessGroup`: scripts and terminals outlive a restart of the agent.
 */
export function launchDaemon(places: Places, serverName: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- Muster agent, managed by ${escapeXml(serverName.replaceAll(/-(?=-)/g, '- '))} -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${DAEMON_LABEL}</string>
  <key>ProgramArguments</key>
  <array>
    <string>${escapeXml(places.executable)}</string>
    <string>run</string>
  </array>
  <key>WorkingDirectory</key>
  <string>${escapeXml(places.stateFolder)}</string>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <true/>
  <key>ThrottleInterval</key>
  <integer>10</integer>
  <key>AbandonProcessGroup</key>
  <true/>
  <key>ExitTimeOut</key>
  <integer>10</integer>
  <key>Umask</key>
  <integer>63</integer>
  <key>Nice</key>
  <integer>5</integer>
  <key>StandardErrorPath</key>
  <string>${DAEMON_LOG}</string>
</dict>
</plist>
`;
}

function escapeXml(text: string): string {
  return text
    .replaceAll(/\p{Cc}/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
