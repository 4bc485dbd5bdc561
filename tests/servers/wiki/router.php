<?php
// The fault that a test wants ("429 30": status, Retry-After), else what a web server's rewrite rules do.
$words = explode( ' ', trim( (string)@file_get_contents( getenv( 'WIKI_FOLDER' ) . '/fault' ) ) );
if ( $words[0] !== '' ) {
	http_response_code( (int)$words[0] );
	if ( isset( $words[1] ) ) {
		header( "Retry-After: $words[1]" );
	}
	exit( 'A test wants this.' );
}
$script = preg_match( '~^/(api|load|rest)\.php\b~', $_SERVER['REQUEST_URI'], $found ) ? $found[1] : 'index';
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = "/$script.php";
$_SERVER['SCRIPT_FILENAME'] = "{$_SERVER['DOCUMENT_ROOT']}/$script.php";
chdir( $_SERVER['DOCUMENT_ROOT'] );
require $_SERVER['SCRIPT_FILENAME'];
