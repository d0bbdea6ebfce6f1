;;; coderlsp-eglot.el --- CoderLsp by Eglot  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Suggestions as entries of `completion-at-point'; `completion-preview-mode' shows them as ghost text.  Eglot runs one server for a
;; buffer, so that CoderLsp takes the place of the language's own: start it with `coderlsp-eglot' where there is none.

;;; Code:

(require 'coderlsp-actions)
(require 'eglot)

(defclass coderlsp-eglot-server (eglot-lsp-server) ()
  :documentation "The server coderlsp.")

(defconst coderlsp-eglot--patience 600
  "Seconds that an answer of the chat model may take.")

(cl-defmethod eglot-client-capabilities ((_server coderlsp-eglot-server))
  "What Eglot supports, and what we do."
  (plist-put (cl-call-next-method) :experimental '(:coderlspStatus t :coderlspInstruction t)))

(cl-defmethod eglot-initialization-options ((_server coderlsp-eglot-server))
  "The user's settings."
  (coderlsp-settings-object))

(cl-defmethod eglot-handle-request ((_server coderlsp-eglot-server) (_method (eql workspace/configuration)) &key items)
  "The user's settings, for each of ITEMS."
  (make-vector (length items) (coderlsp-settings-object)))

(cl-defmethod eglot-handle-notification ((server coderlsp-eglot-server) (_method (eql coderlsp/status)) &rest status)
  "Show the STATUS of SERVER."
  (coderlsp-set-state server status))

(cl-defmethod eglot-handle-notification :around ((_server coderlsp-eglot-server) (_method (eql $/progress)) &key token value)
  "Take the pieces of explanations; TOKEN and VALUE of all else go to Eglot."
  (unless (coderlsp-take-progress token value) (cl-call-next-method)))

(cl-defmethod eglot-execute :around ((_server coderlsp-eglot-server) action)
  "Do ACTION with our windows, where it is one of ours."
  (let ((command (plist-get action :command)))
    (if-let* ((name (plist-get (if (stringp command) action command) :command))
              ((member name coderlsp-commands)))
        (coderlsp-run name (elt (plist-get (if (stringp command) action command) :arguments) 0) (plist-get action :title))
      (cl-call-next-method))))

(defun coderlsp-eglot--request (server method params on-result on-error)
  "Ask SERVER METHOD with PARAMS.
ON-RESULT and ON-ERROR are those of `coderlsp-client'."
  (let ((id (car (jsonrpc-async-request
                  server (intern (concat ":" method)) params
                  :success-fn on-result
                  :error-fn (lambda (failure) (funcall on-error (plist-get failure :message)))
                  :timeout coderlsp-eglot--patience
                  :timeout-fn (lambda () (funcall on-error "The server has not answered."))))))
    (lambda () (jsonrpc-notify server :$/cancelRequest (list :id id)))))

(defun coderlsp-eglot--client ()
  "Eglot's server of the current buffer, if it is this one."
  (when-let* ((server (eglot-current-server))
              ((cl-typep server 'coderlsp-eglot-server)))
    (make-coderlsp-client
     :key server
     :request (lambda (&rest asked)
                (eglot--signal-textDocument/didChange)
                (apply #'coderlsp-eglot--request server asked))
     :uri (lambda () (plist-get (eglot--TextDocumentIdentifier) :uri))
     :range (lambda (begin end) (list :start (eglot--pos-to-lsp-position begin) :end (eglot--pos-to-lsp-position end)))
     :region #'eglot-range-region
     :suggest #'completion-at-point
     :restart (lambda () (eglot-reconnect server))
     :log (lambda () (jsonrpc-stderr-buffer server)))))

(add-hook 'coderlsp-client-functions #'coderlsp-eglot--client)

(defun coderlsp-eglot--managed ()
  "Switch `coderlsp-mode' on or off, as the server is there or has ended."
  (coderlsp-mode (if (and (eglot-managed-p) (coderlsp-eglot--client)) 1 -1)))

(add-hook 'eglot-managed-mode-hook #'coderlsp-eglot--managed)

(defun coderlsp-eglot--send-settings ()
  "Send the changed settings to all servers."
  (dolist (servers (hash-table-values eglot--servers-by-project))
    (dolist (server servers)
      (when (cl-typep server 'coderlsp-eglot-server)
        (jsonrpc-notify server :workspace/didChangeConfiguration
                        (list :settings (list :coderlsp (coderlsp-settings-object))))))))

(add-hook 'coderlsp-settings-hook #'coderlsp-eglot--send-settings)

;;;###autoload
(defun coderlsp-eglot ()
  "Serve this buffer with CoderLsp by Eglot; also for the hooks of major modes."
  (interactive)
  (when (coderlsp-executable-p)
    (setq-local eglot-server-programs
                (cons (cons major-mode (cons 'coderlsp-eglot-server coderlsp-command)) eglot-server-programs))
    (eglot-ensure)))

(provide 'coderlsp-eglot)
;;; coderlsp-eglot.el ends here
