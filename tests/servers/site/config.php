<?php
// wp-config.php of the test site: port, folder and secrets come from the environment alone.
$folder = getenv('SITE_FOLDER');
$origin = 'http://127.0.0.1:' . getenv('SITE_PORT');
$table_prefix = 'wp_';
foreach ([
    'DB_NAME' => 'site', 'DB_USER' => 'root', 'DB_PASSWORD' => '', 'DB_CHARSET' => 'utf8mb4', 'DB_COLLATE' => '',
    'DB_HOST' => "localhost:$folder/db.sock",
    'WP_HOME' => $origin, 'WP_SITEURL' => $origin, 'WP_CONTENT_DIR' => __DIR__ . '/wp-content',
    'WP_ENVIRONMENT_TYPE' => 'local',  // application passwords without https
    'WP_HTTP_BLOCK_EXTERNAL' => true, 'DISABLE_WP_CRON' => true, 'AUTOMATIC_UPDATER_DISABLED' => true,
] as $name => $value) {
    define($name, $value);
}
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {
    define("{$name}_KEY", hash('sha256', "$folder key $name"));
    define("{$name}_SALT", hash('sha256', "$folder salt $name"));
}
defined('ABSPATH') || define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
