# Installs the Muster agent on this machine and enrols it with @URL@. For Windows PowerShell 5.1 and newer.
#
#   $env:MUSTER_TOKEN   the enrolment token; required
#   $env:MUSTER_TAGS    tags of this machine, such as "role=server,rack=b2"
#   $env:MUSTER_POLICY  what the server may do here: observe, manage or control
#
# Running it again on an enrolled machine repairs it.
& {
  $ErrorActionPreference = 'Stop'
  [Net.ServicePointManager]::SecurityProtocol = 3072
  @PIN_CALLBACK@

  function Stop-Install([string] $reason) {
    Write-Error "muster: $reason" -ErrorAction Continue
    throw 'The Muster agent was not installed.'
  }

  $principal = New-Object Security.Principal.WindowsPrincipal([Security.Principal.WindowsIdentity]::GetCurrent())
  if (-not $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
    Stop-Install 'the agent is installed by an administrator: start PowerShell with "Run as administrator".'
  }
  if (-not $env:MUSTER_TOKEN) {
    Stop-Install 'MUSTER_TOKEN is not set. Copy the whole line from the console ("Add device").'
  }
  if (-not [Environment]::Is64BitOperatingSystem) {
    Stop-Install 'there is no agent for 32-bit Windows.'
  }

  $folder = Join-Path ([IO.Path]::GetTempPath()) ('muster-' + [Guid]::NewGuid().ToString('N'))
  New-Item -ItemType Directory -Path $folder | Out-Null
  try {
    $client = New-Object Net.WebClient
    $agent = Join-Path $folder 'muster-agent.exe'
    $expected = '@WINDOWS_HASH@'
    try {
      if (-not $expected) { $expected = $client.DownloadString('@URL@/install/agent/windows-amd64.sha256').Split(' ')[0] }
      Write-Host 'muster: fetching the agent for windows-amd64 from @URL@'
      $client.DownloadFile('@URL@/install/agent/windows-amd64', $agent)
    } catch [Net.WebException] {
      $answer = $_.Exception.Response
      if ($null -eq $answer) { Stop-Install '@URL@ cannot be reached, or its key is not the one in the line that you ran.' }
      $text = (New-Object IO.StreamReader($answer.GetResponseStream())).ReadToEnd()
      try { $text = (ConvertFrom-Json $text).detail } catch { }
      Stop-Install $text
    }
    $actual = (Get-FileHash -Algorithm SHA256 -Path $agent).Hash.ToLowerInvariant()
    if ($actual -ne $expected) {
      Stop-Install "the agent that arrived is not the one that was announced ($actual instead of $expected). Nothing was installed."
    }

    $words = @('install', '--server', '@URL@')
    $certificate = @'
@CERTIFICATE@
'@
    if ($certificate.Contains('BEGIN')) {
      $file = Join-Path $folder 'server.pem'
      [IO.File]::WriteAllText($file, $certificate)
      $words += @('--server-cert', $file)
    }
    & $agent @words
    if ($LASTEXITCODE -ne 0) { Stop-Install "the agent ended with code $LASTEXITCODE." }
  } finally {
    Remove-Item -Recurse -Force $folder
    Remove-Item Env:MUSTER_TOKEN -ErrorAction SilentlyContinue
  }
}
