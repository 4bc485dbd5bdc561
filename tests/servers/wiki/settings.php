<?php
// What the installer does not ask, read at the end of LocalSettings.php: port and folder come from the environment alone.
$folder = getenv( 'WIKI_FOLDER' );
$wgServer = 'http://127.0.0.1:' . getenv( 'WIKI_PORT' );
$wgSQLiteDataDir = "$folder/db";
$wgReadOnlyFile = "$folder/readonly";
$wgCacheDirectory = $wgUploadDirectory = $wgTmpDirectory = $folder;
$wgEnableEmail = $wgEnableUploads = false;
$wgJobRunRate = 0;
$wgMainCacheType = $wgParserCacheType = $wgMessageCacheType = CACHE_NONE;  // a reset puts old rows under new numbers
$wgSessionCacheType = CACHE_DB;
$wgRateLimits = [];
$wgPasswordConfig['quick'] = [ 'class' => Pbkdf2PasswordUsingOpenSSL::class, 'algo' => 'sha256', 'cost' => '1000', 'length' => '32' ];
$wgPasswordDefault = 'quick';
$wgDiscussionToolsEnable = true;
$wgDiscussionToolsEnablePermalinksBackend = false;  // it would parse the page on every save
$wgGroupPermissions['*']['createaccount'] = true;
