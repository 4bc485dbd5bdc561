<?php
// Installs WordPress, plants seed.json, and prints what a test has to know as one JSON object.
$_SERVER['HTTP_HOST'] = '127.0.0.1:' . getenv('SITE_PORT');
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REQUEST_METHOD'] = 'GET';
$_SERVER['REQUEST_URI'] = '/';
$_SERVER['REMOTE_ADDR'] = '127.0.0.1';
define('WP_INSTALLING', true);
require __DIR__ . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

function must($result)
{
    if (is_wp_error($result)) {
        throw new RuntimeException($result->get_error_message());
    }
    return $result;
}

$seed = json_decode(file_get_contents(__DIR__ . '/seed.json'), true, 64, JSON_THROW_ON_ERROR);
$facts = ['users' => [], 'passwords' => [], 'posts' => [], 'comments' => []];
ob_start();
wp_install($seed['title'], array_key_first($seed['users']), 'nobody@example.test', true, '', wp_generate_password());
ob_end_clean();
foreach (get_posts(['numberposts' => -1, 'post_type' => ['post', 'page'], 'post_status' => 'any']) as $post) {
    wp_delete_post($post->ID, true);
}
foreach ($seed['options'] as $name => $value) {
    update_option($name, $value);
}
$GLOBALS['wp_rewrite']->init();
flush_rewrite_rules(false);

foreach ($seed['users'] as $login => $user) {
    $known = get_user_by('login', $login);
    $id = $known ? $known->ID : must(wp_insert_user(['user_login' => $login, 'user_pass' => wp_generate_password(),
        'user_email' => "$login@example.test", 'role' => $user['role']]));
    must(wp_update_user(['ID' => $id, 'display_name' => $user['name']]));
    $facts['users'][$login] = $id;
    $facts['passwords'][$login] = must(WP_Application_Passwords::create_new_application_password($id, ['name' => 'test']))[0];
}

$zone = wp_timezone();
$local = fn (string $gmt) => (new DateTimeImmutable("$gmt UTC"))->setTimezone($zone)->format('Y-m-d H:i:s');
foreach ($seed['posts'] as $key => $post) {
    $facts['posts'][$key] = $id = must(wp_insert_post(['post_title' => $post['title'], 'post_content' => $post['title'],
        'post_status' => $post['status'] ?? 'publish', 'comment_status' => 'open', 'post_author' => 1,
        'post_date_gmt' => $post['date'], 'post_date' => $local($post['date'])], true));
    foreach ($post['comments'] as $name => $comment) {
        $facts['comments'][$name] = (int) wp_insert_comment(wp_slash([
            'comment_post_ID' => $id, 'comment_content' => $comment['text'], 'comment_approved' => $comment['state'] ?? '1',
            'comment_author' => $comment['author'], 'user_id' => $facts['users'][$comment['user'] ?? ''] ?? 0,
            'comment_author_IP' => $comment['ip'] ?? '203.0.113.9', 'comment_agent' => 'Classroom Tablet 2',
            'comment_parent' => $facts['comments'][$comment['parent'] ?? ''] ?? 0, 'comment_type' => $comment['type'] ?? 'comment',
            'comment_date_gmt' => $comment['date'], 'comment_date' => $local($comment['date'])]));
    }
    wp_update_comment_count_now($id);
}
echo json_encode($facts);
