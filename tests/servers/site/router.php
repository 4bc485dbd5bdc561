<?php
// What a web server's rewrite rules do: files that exist are served, everything else goes to WordPress.
$asked = rawurldecode((string) parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
$script = __DIR__ . rtrim($asked, '/');
if ($asked !== '/' && is_dir($script)) {
    $script .= '/index.php';
}
if ($asked === '/' || !is_file($script) || $script === __FILE__) {
    $script = __DIR__ . '/index.php';
}
if (!str_ends_with($script, '.php')) {
    return false;
}
$_SERVER['SCRIPT_FILENAME'] = $script;
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = substr($script, strlen(__DIR__));
chdir(dirname($script));
require $script;
